/** Agents: log in and out, ready and pause, hang up, disposition. */
import Type from 'typebox';
import type { AgentDetail, AgentView } from '../../../dialer/core/view.js';
import { callbackInstant } from '../agent-desk/callback.js';
import { resolveLogin } from '../agent-profiles.js';
import { forcedAgentEntry } from '../audit.js';
import { type App, type Context, command } from '../context.js';
import { defined } from '../defined.js';
import { principalOf } from '../identity/principal.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, IdParameters, Instant, iso, OneOf, problems, STRICT } from '../schemas.js';
import { Endpoint } from './agent-profiles.js';

export const AgentAnswer = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    pool: Type.String(),
    team: Type.String(),
    tier: Type.String(),
    skills: Type.Array(Type.String()),
    endpoint: Type.String(),
    switchId: Type.String(),
    state: Type.String(),
    stateSince: Instant,
    pauseReason: Type.String(),
    attemptId: Type.String({ description: 'The attempt the agent is on or wraps up; empty when none.' }),
    campaignId: Type.String(),
    contactId: Type.String(),
    inbound: Type.Optional(
      Type.Object(
        { campaignId: Type.String(), contactId: Type.String(), attemptId: Type.String() },
        {
          description:
            'Somebody who called back and is with the agent: who last called them. Absent when nobody is.',
        },
      ),
    ),
    call: Type.Optional(
      Type.Object(
        {
          mode: OneOf(['talking', 'held', 'consulting', 'three-way']),
          muted: Type.Boolean(),
          recording: Type.Boolean(),
          changing: Type.Boolean({
            description: 'The switch is carrying out a change: ask again in a moment.',
          }),
          consult: Type.Optional(
            Type.Object({ to: Type.String(), state: OneOf(['ringing', 'answered', 'connected']) }),
          ),
          monitors: Type.Array(Type.Object({ by: Type.String(), mode: Type.String() })),
        },
        { description: 'What is done with the live conversation; absent when there is none.' },
      ),
    ),
  },
  { title: 'Agent' },
);

export function agentAnswer(agent: AgentView) {
  return {
    id: agent.id,
    name: agent.name,
    pool: agent.pool,
    team: agent.team,
    tier: agent.tier,
    skills: [...agent.skills],
    endpoint: agent.endpoint,
    switchId: agent.switchId,
    state: agent.state,
    stateSince: iso(agent.stateSince),
    pauseReason: agent.pauseReason,
    attemptId: agent.attemptId,
    campaignId: agent.campaignId,
    contactId: agent.contactId,
    ...(agent.inbound === undefined ? {} : { inbound: agent.inbound }),
    ...(agent.call === undefined ? {} : { call: { ...agent.call, monitors: [...agent.call.monitors] } }),
  };
}

/** @throws Problem when nobody of that id has ever logged in. */
export function agentOf(context: Pick<Context, 'engine'>, id: string): AgentDetail {
  const agent = context.engine.agent(id);
  if (agent === undefined) {
    throw new Problem(
      'agent_not_found',
      `There is no agent ${id} logged in: POST /v1/agents/${id}/login first.`,
    );
  }
  return agent;
}

/** As other agents see them: not whom they talk to. */
function colleague(agent: AgentView) {
  return agentAnswer({ ...agent, attemptId: '', contactId: '' });
}

const Login = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'What is left out is the profile’s; without a profile, this is the id.',
      }),
    ),
    pool: Type.Optional(
      Type.Unsafe<string>({
        ...Identifier,
        description: 'The pool that has the team when absent, or else default.',
      }),
    ),
    team: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Without a profile: default.' }),
    ),
    tier: Type.Optional(
      OneOf(['expert', 'experienced', 'ordinary'], { description: 'Without a profile: ordinary.' }),
    ),
    skills: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100, uniqueItems: true }),
    ),
    endpoint: Type.Optional(Endpoint),
    switchId: Type.Optional(
      Type.Unsafe<string>({
        ...Identifier,
        description: 'Switch that keeps the leg; the first when absent.',
      }),
    ),
    ready: Type.Optional(
      Type.Boolean({ default: false, description: 'Take calls as soon as the leg is up; else paused.' }),
    ),
  },
  {
    ...STRICT,
    examples: [
      {
        name: 'Ada',
        pool: 'sales',
        team: 'north',
        tier: 'expert',
        skills: ['en'],
        endpoint: 'user/1001',
        ready: true,
      },
    ],
  },
);

const LATEST_CALLBACK_MILLISECONDS = 366 * 86_400_000;

export function agentRoutes(app: App, context: Context): void {
  const tags = ['agents'];
  const answers = {
    200: AgentAnswer,
    ...problems('validation_failed', 'key_missing', 'role_lacking', 'agent_not_found', 'conflict'),
  };

  app.get(
    '/v1/agents',
    {
      schema: {
        operationId: 'listAgents',
        tags,
        summary: 'All agents, by id',
        querystring: Type.Object(
          {
            pool: Type.Optional(Identifier),
            state: Type.Optional(
              OneOf(['offline', 'connecting', 'ready', 'reserved', 'talking', 'wrap-up', 'paused']),
            ),
          },
          STRICT,
        ),
        response: {
          200: Type.Object({ items: Type.Array(AgentAnswer) }),
          ...problems('validation_failed', 'key_missing', 'role_lacking'),
        },
      },
    },
    async (request) => {
      const { pool, state } = request.query;
      const { role, agentId } = principalOf(request);
      return {
        items: context.views
          .current()
          .agents.filter((a) => (pool ?? a.pool) === a.pool && (state ?? a.state) === a.state)
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .map((agent) => (role === 'agent' && agent.id !== agentId ? colleague(agent) : agentAnswer(agent))),
      };
    },
  );

  app.get(
    '/v1/agents/:id',
    {
      schema: {
        operationId: 'getAgent',
        tags,
        summary: 'One agent',
        params: IdParameters,
        response: { 200: AgentAnswer, ...problems('key_missing', 'role_lacking', 'agent_not_found') },
      },
    },
    async (request) => agentAnswer(agentOf(context, request.params.id)),
  );

  app.post(
    '/v1/agents/:id/login',
    {
      // With a profile a login needs no words.
      preValidation: async (request: { body?: unknown }) => {
        request.body ??= {};
      },
      schema: {
        operationId: 'loginAgent',
        tags,
        summary: 'Log in: the switch calls the endpoint and keeps the leg',
        description:
          'What is left out is taken from the profile of the agent (/v1/agent-profiles). An agent who has one may not log in as anything else.',
        params: IdParameters,
        body: Login,
        response: answers,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { ready = false, ...input } = request.body;
      const isAgent = principalOf(request).role === 'agent';
      const login = await resolveLogin(context.engine.store, id, defined(input), isAgent);
      const before = context.engine.agent(id)?.state ?? 'offline';
      const audit = forcedAgentEntry(context, request, id, 'login', before);
      await command(context, { type: 'agent-login', ...login, ready }, audit);
      return agentAnswer(agentOf(context, id));
    },
  );

  const simple = [
    ['ready', 'readyAgent', 'agent-ready', 'Take calls'],
    ['logout', 'logoutAgent', 'agent-logout', 'Log out; a conversation goes on to its end'],
    ['hangup', 'hangupAgent', 'agent-hangup', 'Hang up on the customer'],
  ] as const;
  for (const [name, operationId, type, summary] of simple) {
    app.post(
      `/v1/agents/:id/${name}`,
      { schema: { operationId, tags, summary, params: IdParameters, response: answers } },
      async (request) => {
        const { id } = request.params;
        const { state } = agentOf(context, id);
        await command(context, { type, agentId: id }, forcedAgentEntry(context, request, id, name, state));
        return agentAnswer(agentOf(context, id));
      },
    );
  }

  app.post(
    '/v1/agents/:id/pause',
    {
      schema: {
        operationId: 'pauseAgent',
        tags,
        summary: 'Take no calls, for a reason',
        params: IdParameters,
        body: Type.Object(
          { reason: Type.String({ minLength: 1, maxLength: 200 }) },
          { ...STRICT, examples: [{ reason: 'lunch' }] },
        ),
        response: answers,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { state } = agentOf(context, id);
      const { reason } = request.body;
      await command(
        context,
        { type: 'agent-pause', agentId: id, reason },
        forcedAgentEntry(context, request, id, 'pause', state, reason),
      );
      return agentAnswer(agentOf(context, id));
    },
  );

  app.post(
    '/v1/agents/:id/ending',
    {
      schema: {
        operationId: 'announceEnd',
        tags,
        summary: 'The wrap-up is about to end',
        description:
          'For the desktop to send when the agent touches the last thing before being ready, some seconds ahead: the pacer dials for the agent sooner.',
        params: IdParameters,
        response: answers,
      },
    },
    async (request) => {
      const { id } = request.params;
      agentOf(context, id);
      await command(context, { type: 'agent-ending', agentId: id });
      return agentAnswer(agentOf(context, id));
    },
  );

  app.post(
    '/v1/agents/:id/inbound',
    {
      schema: {
        operationId: 'inboundCall',
        tags,
        summary: 'An inbound call takes the agent, or has ended',
        description:
          'For the inbound queue to send: `started` takes a ready agent out of the dialling, `ended` makes the agent ready again. The pacer learns from it how many agents inbound calls need.',
        params: IdParameters,
        body: Type.Object(
          { phase: OneOf(['started', 'ended']) },
          { ...STRICT, examples: [{ phase: 'started' }] },
        ),
        response: answers,
      },
    },
    async (request) => {
      const { id } = request.params;
      agentOf(context, id);
      await command(context, { type: 'agent-inbound', agentId: id, phase: request.body.phase });
      return agentAnswer(agentOf(context, id));
    },
  );

  app.post(
    '/v1/agents/:id/disposition',
    {
      schema: {
        operationId: 'recordDisposition',
        tags,
        summary: 'Say what came of the call, and end the wrap-up',
        params: IdParameters,
        body: Type.Object(
          {
            attemptId: Type.String({ minLength: 1, maxLength: 128 }),
            disposition: Type.String({ minLength: 1, maxLength: 64 }),
            note: Type.Optional(Type.String({ maxLength: 4000 })),
            callback: Type.Optional(
              Type.Object(
                {
                  at: Type.Optional(Instant),
                  local: Type.Optional(
                    Type.String({
                      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$',
                      description:
                        "instead of at: a wall-clock time in the contact's zone such as 2026-03-02T15:30; it has to be lawful",
                    }),
                  ),
                  who: Type.Optional(
                    OneOf(['self', 'anyone'], {
                      default: 'anyone',
                      description: 'Who calls again: this agent, or anyone of the pool.',
                    }),
                  ),
                },
                { ...STRICT, description: 'Call again at this time.' },
              ),
            ),
          },
          {
            ...STRICT,
            examples: [
              {
                attemptId: '5f0c2a1e-7b1d-4c52-9d0f-2f1c8a9e4b10',
                disposition: 'sale',
                note: 'Two years',
              },
            ],
          },
        ),
        response: {
          ...answers,
          ...problems('validation_failed', 'attempt_not_found', 'callback_not_allowed'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { attemptId, disposition, note = '', callback } = request.body;
      const agent = agentOf(context, id);
      await command(context, {
        type: 'disposition',
        agentId: id,
        attemptId,
        disposition,
        note,
        ...(callback === undefined
          ? {}
          : { callback: { at: await callbackAt(context, agent, callback), who: callback.who ?? 'anyone' } }),
      });
      return agentAnswer(agentOf(context, id));
    },
  );
}

async function callbackAt(
  context: Context,
  agent: AgentDetail,
  { at: text, local }: { readonly at?: string; readonly local?: string },
): Promise<number> {
  if ((text === undefined) === (local === undefined))
    throw fieldProblem('callback.at', 'or callback.local is needed: give one of the two');
  if (local !== undefined) return callbackInstant(context, agent, local);
  const at = Date.parse(text ?? '');
  const now = context.now();
  if (at <= now) throw fieldProblem('callback.at', 'is in the past: give a later time');
  if (at > now + LATEST_CALLBACK_MILLISECONDS) {
    throw fieldProblem('callback.at', 'is more than a year ahead: give an earlier time');
  }
  return at;
}
