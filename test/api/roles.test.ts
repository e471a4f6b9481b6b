/** The table of roles in docs/security.md, against access.ts and against what each route does for each role. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ACCESS, isOperation, rolesFor } from '../../api/http/access.js';
import { ROLES, type Role } from '../../api/http/identity/principal.js';
import { type Browser, openBrowser } from './browser.js';
import { startHarness, TEST_AGENT } from './harness.js';

const GUIDE = fileURLToPath(new URL('../../../docs/security.md', import.meta.url));
const PLACE = /(<!-- roles: [^\n]*-->\n)[\s\S]*?(<!-- end of roles -->)/;
const PASSWORD = 'three blind mice ran';

const h = await startHarness();

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
}

async function routes(): Promise<readonly Route[]> {
  const { body } = await h.send('GET', '/openapi.json');
  return Object.entries(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({
        method: method.toUpperCase(),
        path,
        operation: operationId,
      })),
  );
}

function tableOf(all: readonly Route[]): string {
  const rows = all
    .filter(({ operation }) => isOperation(operation) && rolesFor(operation) !== 'open')
    .map(({ method, path, operation }) => {
      const roles = ACCESS[operation as keyof typeof ACCESS] as readonly Role[];
      return `| \`${operation}\` | \`${method} ${path}\` | ${ROLES.map((role) => (roles.includes(role) ? '●' : '')).join(' | ')} |`;
    })
    .sort();
  return [
    '',
    `| operation | route | ${ROLES.join(' | ')} |`,
    `| --- | --- |${ROLES.map(() => ' :-: |').join('')}`,
    ...rows,
    '',
    '',
  ].join('\n');
}

/** Who may do what, as the guide says. */
function readGuide(): ReadonlyMap<string, ReadonlySet<string>> {
  const [, , ...rows] = (PLACE.exec(readFileSync(GUIDE, 'utf8'))?.[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return new Map(
    rows.map((row) => {
      const [, operation = '', , ...marks] = row.split('|').map((cell) => cell.trim());
      return [operation.replaceAll('`', ''), new Set(ROLES.filter((_, index) => marks[index] === '●'))];
    }),
  );
}

t.test('the guide tells of every route, in each role, what access.ts says', async (t) => {
  const all = await routes();
  const text = readFileSync(GUIDE, 'utf8');
  const made = text.replace(PLACE, (_, begin: string, end: string) => `${begin}${tableOf(all)}${end}`);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(GUIDE, made);
  else t.equal(text, made, 'write it anew with UPDATE_DOCS=1 node dist/test/api/roles.test.js');
  t.ok(readGuide().size > 60);
});

t.test('each route does for a user of each role what the guide says, and nothing without one', async (t) => {
  const guide = readGuide();
  const users = new Map<Role, Browser>();
  for (const role of ROLES) {
    const agentId = role === 'agent' ? { agentId: TEST_AGENT } : {};
    const made = await h.send('POST', '/v1/users', {
      username: `the-${role}`,
      role,
      password: PASSWORD,
      ...agentId,
    });
    t.equal(made.status, 201, made.text);
    const browser = openBrowser(h);
    t.equal((await browser.login(`the-${role}`, PASSWORD)).status, 201);
    users.set(role, browser);
  }
  for (const { method, path, operation } of await routes()) {
    // The stream goes on for ever, and a logout ends what the others need: they have tests of their own.
    if (operation === 'streamEvents' || operation === 'logout') continue;
    const roles = guide.get(operation);
    if (roles === undefined) {
      t.equal(
        isOperation(operation) && rolesFor(operation),
        'open',
        `${operation} is in the guide or open to all`,
      );
      continue;
    }
    const address = path.replace(/\{\w+\}/g, path.startsWith('/v1/agents/') ? TEST_AGENT : 'x1');
    t.equal((await h.as('')(method, address)).status, 401, `${operation} needs somebody`);
    for (const [role, browser] of users) {
      // Without a body or with a made-up id: whoever gets past the roles is refused for another reason.
      const { status, body } = await browser.send(method, address);
      const refused = status === 401 || status === 403;
      t.equal(refused, !roles.has(role), `${operation} as ${role}: ${status} ${refused ? body.detail : ''}`);
    }
  }
});

t.test('an agent acts as no other agent, on any route of agents', async (t) => {
  const ofAgents = (await routes()).filter(({ path }) => path.startsWith('/v1/agents/{id}'));
  t.ok(ofAgents.length >= 6);
  for (const { method, path, operation } of ofAgents) {
    const other = await h.as(h.tokens.agent)(method, path.replace('{id}', 'grace').replace(/\{\w+\}/g, 'x1'));
    t.equal(other.status, 403, operation);
  }
});

t.test('the server closes', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
