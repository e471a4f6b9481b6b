/** Users of the demonstration: one of each role, with a password that everybody knows. */
import { type AuditEntry, ENGINE_ACTOR } from '../../dialer/audit/index.js';
import type { Role } from '../http/identity/principal.js';
import type { User, UserBook } from '../http/identity/users.js';

export const DEMO_PASSWORD = 'demo-password';

/** An agent of its own beside those that the demonstration plays. */
export const DEMO_AGENT_ID = 'demo-you';

const USERS: readonly (readonly [username: string, name: string, role: Role])[] = [
  ['admin', 'Demo administrator', 'admin'],
  ['operator', 'Demo operator', 'operator'],
  ['supervisor', 'Demo supervisor', 'supervisor'],
  ['agent', 'Demo agent', 'agent'],
  ['integrator', 'Demo integrator', 'integrator'],
  ['viewer', 'Demo viewer', 'read-only'],
];

/** Makes those that are not there; returns the names that the known password opens. */
export async function ensureDemoUsers(users: UserBook, now: number): Promise<readonly string[]> {
  const known = await Promise.all(
    USERS.map(async ([username, name, role]) => {
      const agentId = role === 'agent' ? DEMO_AGENT_ID : undefined;
      const settings = { name, role, agentId, disabled: false };
      const reason = 'a user of the demonstration, with a known password';
      const there = await users.read(username);
      if (there === undefined)
        await users.add(username, settings, DEMO_PASSWORD, entryOf('user.create', now, reason), true);
      else if (there.demo === true && there.disabled)
        await users.change(there, settings, entryOf('user.update', now, reason));
      return there === undefined || there.demo === true ? [username] : [];
    }),
  );
  return known.flat();
}

/** Where real calls are placed nobody gets in with a password that everybody knows. Returns whom this disabled. */
export async function disableDemoUsers(users: UserBook, now: number): Promise<readonly string[]> {
  const disabled: string[] = [];
  for (const user of await users.list()) {
    if (user.demo !== true || user.disabled) continue;
    const reason = 'the password of a user of the demonstration is known to everybody';
    const { name, role, agentId } = user;
    await users.change(user, { name, role, agentId, disabled: true }, entryOf('user.update', now, reason));
    disabled.push(user.username);
  }
  return disabled;
}

function entryOf(action: string, at: number, reason: string): (user: User) => AuditEntry {
  return ({ username, name, role, disabled }) => ({
    at,
    action,
    actor: ENGINE_ACTOR,
    subject: { kind: 'user', id: username },
    reason,
    after: { name, role, disabled },
  });
}
