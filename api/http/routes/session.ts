/** Login and logout of users: the session is a cookie, and writes by it need the CSRF token besides. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { App, Context } from '../context.js';
import { defined } from '../defined.js';
import { checkOrigin } from '../identity/authentication.js';
import { clearSessionCookie, setSessionCookie } from '../identity/cookies.js';
import { auditActorOf, type Principal, principalOf, ROLES } from '../identity/principal.js';
import { csrfTokenOf } from '../identity/sessions.js';
import { principalOfUser, type User } from '../identity/users.js';
import { Problem } from '../problem.js';
import { OneOf, problems, STRICT } from '../schemas.js';

const SESSION_FIELDS = {
  user: Type.Object({
    id: Type.String({ description: 'The user name; of an API key, its id.' }),
    username: Type.String(),
    name: Type.String(),
    role: OneOf(ROLES),
    agentId: Type.Optional(Type.String({ description: 'The agent that the user is.' })),
  }),
};
const CsrfToken = Type.String({ description: 'For the header X-CSRF-Token of every write by cookie.' });

function sessionAnswer({ id, name, role, agentId }: Principal) {
  return { user: { id, username: id, name, role, ...defined({ agentId }) } };
}

/** Begins a session for the user, with its cookie and its record in the audit log. */
export async function beginSession(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
): Promise<{ readonly csrfToken: string }> {
  const entry = context.audit.entry({
    action: 'session.begin',
    actor: auditActorOf(principalOfUser(user)),
    subject: { kind: 'user', id: user.username },
  });
  request.audited = true;
  const { token } = await context.sessions.start(user, entry);
  setSessionCookie(request, reply, token, context.sessionTimes.longest / 1000);
  return { csrfToken: csrfTokenOf(token) };
}

export function sessionRoutes(app: App, context: Context): void {
  const { users, sessions, logins } = context;
  const tags = ['session'];

  app.post(
    '/v1/session',
    {
      config: { answerIsSecret: true },
      schema: {
        operationId: 'login',
        tags,
        summary: 'Log in: the answer sets the cookie of a session',
        description:
          'The cookie is for browsers; programs use API keys. A write by cookie needs the header X-CSRF-Token.',
        body: Type.Object(
          {
            username: Type.String({ minLength: 1, maxLength: 64 }),
            password: Type.String({ minLength: 1, maxLength: 1024 }),
          },
          { ...STRICT, examples: [{ username: 'ada', password: 'three blind mice ran' }] },
        ),
        response: {
          201: Type.Object({ ...SESSION_FIELDS, csrfToken: CsrfToken }, { title: 'NewSession' }),
          ...problems('validation_failed', 'login_failed', 'csrf_failed', 'too_many_logins', 'not_available'),
        },
      },
    },
    async (request, reply) => {
      checkOrigin(request);
      const { username, password } = request.body;
      const wait = logins.attempt(username, request.ip);
      if (wait > 0) {
        throw new Problem(
          'too_many_logins',
          `There were too many failed logins: try again in ${wait} s.`,
          undefined,
          wait,
        );
      }
      const user = await users.authenticate(username, password);
      if (user === undefined) {
        logins.failed(username, request.ip);
        // Not the name: people type their password there.
        request.log.warn({ address: request.ip }, 'a login failed');
        throw new Problem('login_failed');
      }
      logins.succeeded(username, request.ip);
      const begun = await beginSession(context, request, reply, user);
      return reply.code(201).send({ ...sessionAnswer(principalOfUser(user)), ...begun });
    },
  );

  app.get(
    '/v1/session',
    {
      schema: {
        operationId: 'getSession',
        tags,
        summary: 'Who I am: the user of the session, or the API key',
        response: {
          200: Type.Object(
            { ...SESSION_FIELDS, csrfToken: Type.Optional(CsrfToken) },
            { title: 'Session', description: 'Without csrfToken for an API key, which needs none.' },
          ),
          ...problems('key_missing', 'session_ended'),
        },
      },
    },
    async (request) => ({
      ...sessionAnswer(principalOf(request)),
      ...(request.session === undefined ? {} : { csrfToken: csrfTokenOf(request.session.token) }),
    }),
  );

  app.delete(
    '/v1/session',
    {
      config: { answerIsSecret: true },
      schema: {
        operationId: 'logout',
        tags,
        summary: 'Log out: the session ends',
        response: {
          204: Type.Null({ description: 'The session has ended.' }),
          ...problems('key_missing', 'session_ended', 'csrf_failed', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      if (request.session === undefined)
        throw new Problem('conflict', 'This request was made with an API key, which has no session to end.');
      const principal = principalOf(request);
      const entry = context.audit.entry({
        action: 'session.end',
        actor: auditActorOf(principal),
        subject: { kind: 'user', id: principal.id },
      });
      request.audited = true;
      await sessions.end(request.session.session, entry);
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  );
}
