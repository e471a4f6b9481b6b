/** Users: administrators make, change and remove them; everybody changes the own password. */
import Type, { type Static } from 'typebox';
import { auditEntry } from '../audit.js';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { etagOf, expectVersion, staleVersion, withEtag } from '../etag.js';
import { PASSWORD_LENGTH, passwordFault } from '../identity/passwords.js';
import { checkAgent, principalOf, ROLES } from '../identity/principal.js';
import type { User, UserSettings } from '../identity/users.js';
import { fieldProblem, Problem } from '../problem.js';
import { AgentId, Instant, iso, OneOf, problems, STRICT } from '../schemas.js';
import { beginSession } from './session.js';

const Username = Type.String({
  pattern: '^[a-z0-9][a-z0-9._@+-]{0,63}$',
  description:
    'up to 64 lower-case letters, digits, dots, dashes, underscores, + or @, such as ada or ada@example.com',
});
const UsernameParameters = Type.Object({ id: Username }, STRICT);
const Name = Type.String({ minLength: 1, maxLength: 100, description: 'The name of the person.' });
const NewPassword = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: `${PASSWORD_LENGTH.minimum} to ${PASSWORD_LENGTH.maximum} characters.`,
});

const UserAnswer = Type.Object(
  {
    id: Type.String({ description: 'The user name.' }),
    username: Type.String(),
    name: Type.String(),
    role: OneOf(ROLES),
    agentId: Type.Optional(Type.String()),
    disabled: Type.Boolean({ description: 'May not log in.' }),
    demo: Type.Optional(
      Type.Boolean({ description: 'Made by the demonstration, with a password that everybody knows.' }),
    ),
    createdAt: Instant,
    updatedAt: Instant,
    passwordChangedAt: Instant,
  },
  { title: 'User' },
);

function userAnswer(user: User): Static<typeof UserAnswer> {
  const { username, name, role, agentId, disabled, demo } = user;
  return {
    id: username,
    username,
    name,
    role,
    ...defined({ agentId }),
    disabled,
    ...defined({ demo }),
    createdAt: iso(user.createdAt),
    updatedAt: iso(user.updatedAt),
    passwordChangedAt: iso(user.passwordChangedAt),
  };
}

/** As the audit log has it. */
function recorded({ name, role, agentId, disabled }: UserSettings) {
  return { name, role, ...defined({ agentId }), disabled };
}

function checkPassword(field: string, password: string, username: string): void {
  const fault = passwordFault(password, username);
  if (fault !== undefined) throw fieldProblem(field, fault);
}

export function userRoutes(app: App, context: Context): void {
  const { users } = context;
  const tags = ['users'];

  async function userOf(username: string): Promise<User> {
    const user = await users.read(username);
    if (user === undefined) {
      throw new Problem(
        'user_not_found',
        `There is no user ${username}: GET /v1/users lists those there are.`,
      );
    }
    return user;
  }

  const entryOf =
    (request: Parameters<typeof auditEntry>[1], action: string, before?: User) => (after: User) =>
      auditEntry(context, request, {
        action,
        subject: { kind: 'user', id: after.username },
        ...(before === undefined ? {} : { before: recorded(before) }),
        after: recorded(after),
      });

  app.get(
    '/v1/users',
    {
      schema: {
        operationId: 'listUsers',
        tags,
        summary: 'All users, by name',
        response: {
          200: Type.Object({ items: Type.Array(UserAnswer) }),
          ...problems('key_missing', 'role_lacking'),
        },
      },
    },
    async () => ({ items: (await users.list()).map(userAnswer) }),
  );

  app.post(
    '/v1/users',
    {
      schema: {
        operationId: 'createUser',
        tags,
        summary: 'Make a user',
        body: Type.Object(
          {
            username: Username,
            name: Type.Optional(Name),
            role: OneOf(ROLES),
            agentId: Type.Optional(AgentId),
            password: NewPassword,
          },
          {
            ...STRICT,
            examples: [
              { username: 'ada', name: 'Ada Byron', role: 'supervisor', password: 'three blind mice ran' },
            ],
          },
        ),
        response: {
          201: UserAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const { username, name = username, role, agentId, password } = request.body;
      checkAgent(role, agentId);
      checkPassword('password', password, username);
      const settings = { name, role, agentId, disabled: false };
      const user = await users.add(username, settings, password, entryOf(request, 'user.create'));
      if (user === undefined)
        throw new Problem('conflict', `There is a user ${username}: choose another name.`);
      return reply
        .code(201)
        .header('location', `/v1/users/${encodeURIComponent(username)}`)
        .header('etag', etagOf(user.version))
        .send(userAnswer(user));
    },
  );

  app.get(
    '/v1/users/:id',
    {
      schema: {
        operationId: 'getUser',
        tags,
        summary: 'One user',
        params: UsernameParameters,
        response: {
          200: UserAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'user_not_found'),
        },
      },
    },
    async (request, reply) => {
      const user = await userOf(request.params.id);
      withEtag(reply, user.version);
      return userAnswer(user);
    },
  );

  app.patch(
    '/v1/users/:id',
    {
      config: { editsVersion: true },
      schema: {
        operationId: 'updateUser',
        tags,
        summary: 'Change a user; another role, agent or `disabled` ends the sessions of the user',
        params: UsernameParameters,
        body: Type.Object(
          {
            name: Type.Optional(Name),
            role: Type.Optional(OneOf(ROLES)),
            agentId: Type.Optional(
              Type.Union([AgentId, Type.Null()], {
                description: 'null: none, with a role other than agent.',
              }),
            ),
            disabled: Type.Optional(Type.Boolean()),
          },
          { ...STRICT, minProperties: 1, examples: [{ name: 'Ada Lovelace' }] },
        ),
        response: {
          200: UserAnswer,
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'user_not_found',
            'conflict',
            'version_stale',
            'if_match_missing',
          ),
        },
      },
    },
    async (request, reply) => {
      const user = await userOf(request.params.id);
      expectVersion(request, user.version, `user ${user.username}`);
      const { name = user.name, role = user.role, disabled = user.disabled } = request.body;
      const given = request.body.agentId;
      const kept = role === 'agent' ? user.agentId : undefined;
      const agentId = given === undefined ? kept : (given ?? undefined);
      checkAgent(role, agentId);
      if (isSelf(request, user) && (role !== user.role || disabled))
        throw new Problem('conflict', 'You cannot take your own rights: have another administrator do it.');
      const settings = { name, role, agentId, disabled };
      const changed = await users.change(user, settings, entryOf(request, 'user.update', user));
      if (changed === undefined) throw staleVersion(`The user ${user.username}`);
      withEtag(reply, changed.version);
      return userAnswer(changed);
    },
  );

  app.put(
    '/v1/users/:id/password',
    {
      config: { answerIsSecret: true },
      schema: {
        operationId: 'setPassword',
        tags,
        summary: 'Set another password, which ends all sessions of the user',
        description:
          'Everybody may change the own password, and gives the present one with it; this session then goes on under a new cookie. Administrators may set the password of others.',
        params: UsernameParameters,
        body: Type.Object(
          {
            password: NewPassword,
            currentPassword: Type.Optional(
              Type.String({ minLength: 1, maxLength: 1024, description: 'Needed for the own password.' }),
            ),
          },
          { ...STRICT, examples: [{ password: 'see how they all run' }] },
        ),
        response: {
          200: Type.Object(
            { csrfToken: Type.Optional(Type.String({ description: 'Of the session that goes on.' })) },
            { title: 'PasswordSet' },
          ),
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'user_not_found',
            'conflict',
            'too_many_logins',
          ),
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { password, currentPassword } = request.body;
      const self = principal.kind === 'user' && principal.id === request.params.id;
      if (!self && principal.role !== 'admin')
        throw new Problem('role_lacking', 'Only an administrator may set the password of somebody else.');
      const user = await userOf(request.params.id);
      if (self) await checkCurrent(user, currentPassword, request.ip);
      checkPassword('password', password, user.username);
      const changed = await users.setPassword(user, password, entryOf(request, 'user.password', user));
      if (changed === undefined)
        throw new Problem('conflict', 'The user was changed at the same moment: try again.');
      return self ? beginSession(context, request, reply, changed) : {};
    },
  );

  app.delete(
    '/v1/users/:id',
    {
      config: { editsVersion: true },
      schema: {
        operationId: 'removeUser',
        tags,
        summary: 'Remove a user, whose sessions end',
        params: UsernameParameters,
        response: {
          204: Type.Null({ description: 'It is removed.' }),
          ...problems(
            'validation_failed',
            'key_missing',
            'role_lacking',
            'user_not_found',
            'conflict',
            'version_stale',
            'if_match_missing',
          ),
        },
      },
    },
    async (request, reply) => {
      const user = await userOf(request.params.id);
      expectVersion(request, user.version, `user ${user.username}`);
      if (isSelf(request, user))
        throw new Problem('conflict', 'You cannot remove yourself: have another administrator do it.');
      const entry = auditEntry(context, request, {
        action: 'user.remove',
        subject: { kind: 'user', id: user.username },
        before: recorded(user),
      });
      if (!(await users.remove(user, entry))) throw staleVersion(`The user ${user.username}`);
      return reply.code(204).send(null);
    },
  );

  function isSelf(request: Parameters<typeof principalOf>[0], { username }: User): boolean {
    const { kind, id } = principalOf(request);
    return kind === 'user' && id === username;
  }

  /** Whoever finds a page left open must not be able to guess the password here. */
  async function checkCurrent(user: User, password: string | undefined, address: string): Promise<void> {
    if (password === undefined)
      throw fieldProblem('currentPassword', 'is missing: give your present password');
    const wait = context.logins.attempt(user.username, address);
    if (wait > 0) throw new Problem('too_many_logins', `Try again in ${wait} s.`, undefined, wait);
    if (!(await users.isPassword(user, password))) {
      context.logins.failed(user.username, address);
      throw fieldProblem('currentPassword', 'is wrong: give your present password');
    }
    context.logins.succeeded(user.username, address);
  }
}
