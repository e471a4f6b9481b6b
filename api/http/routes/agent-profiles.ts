/** Agents' profiles and pools, as documents that operators edit, and the profile as its agent sees it. */
import Type from 'typebox';
import {
  namedPools,
  POOL_KIND,
  type PoolBody,
  PROFILE_KIND,
  type ProfileBody,
  poolFor,
  profileOf,
  skillsOf,
} from '../agent-profiles.js';
import type { App, Context } from '../context.js';
import { fieldProblem, Problem } from '../problem.js';
import { Identifier, IdParameters, OneOf, problems } from '../schemas.js';
import { addDocumentRoutes } from './document-routes.js';
import { campaignsNaming } from './scripts.js';

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Team = Type.String({ minLength: 1, maxLength: 64 });
const Words = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 100, uniqueItems: true });
/** What the switch dials to reach an agent. */
export const Endpoint = Type.String({
  pattern: '^[A-Za-z0-9_.@:/+~;=-]{1,200}$',
  description:
    'what the switch dials to reach the agent, such as user/1001, without spaces, commas, braces or quotes',
});

const PROFILE_FIELDS = {
  name: Name,
  team: Team,
  tier: OneOf(['expert', 'experienced', 'ordinary'], {
    description: 'Stages name the tiers that work them.',
  }),
  pool: Type.Optional(
    Type.Unsafe<string>({ ...Identifier, description: 'The pool that has the team when absent.' }),
  ),
  skills: Type.Optional(Words),
  languages: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$' }), {
      maxItems: 50,
      uniqueItems: true,
      description: 'Languages such as en or pt-BR; they count as skills.',
    }),
  ),
  endpoint: Type.Optional(Endpoint),
  switchId: Type.Optional(
    Type.Unsafe<string>({ ...Identifier, description: 'Switch that keeps the leg; the first when absent.' }),
  ),
  username: Type.Optional(
    Type.Unsafe<string>({ ...Identifier, description: 'The user who logs in as this agent.' }),
  ),
};

const POOL_FIELDS = {
  name: Name,
  description: Type.Optional(Type.String({ maxLength: 2000 })),
  teams: Type.Array(Team, {
    maxItems: 500,
    uniqueItems: true,
    description: 'Teams that work the campaigns of this pool; a team is in one pool.',
  }),
};

const OwnProfile = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    team: Type.String(),
    tier: Type.String(),
    pool: Type.String({ description: 'The pool of a login that names none.' }),
    skills: Type.Array(Type.String(), { description: 'Languages among them.' }),
    endpoint: Type.Optional(Type.String()),
    switchId: Type.Optional(Type.String()),
  },
  { title: 'AgentOwnProfile' },
);

export function agentProfileRoutes(app: App, context: Context): void {
  const { store } = context.engine;

  addDocumentRoutes<ProfileBody>(app, context, {
    kind: PROFILE_KIND,
    path: '/v1/agent-profiles',
    name: 'agent profile',
    plural: 'agent profiles',
    tag: 'agents',
    title: 'AgentProfile',
    description:
      'What holds when the agent of this id logs in without saying otherwise. The agent may not say otherwise; leaders may. A change holds from the next login on.',
    operations: {
      list: 'listAgentProfiles',
      create: 'createAgentProfile',
      get: 'getAgentProfile',
      update: 'updateAgentProfile',
      remove: 'removeAgentProfile',
      versions: 'listAgentProfileVersions',
    },
    fields: PROFILE_FIELDS,
    example: {
      name: 'Ada',
      team: 'north',
      tier: 'expert',
      skills: ['renewals'],
      languages: ['en', 'es'],
      endpoint: 'user/1001',
    },
    async check({ username, pool, team }, id) {
      if (pool !== undefined) {
        const found = (await namedPools(store)).find((each) => each.id === pool);
        if (found !== undefined && !found.teams.includes(team))
          throw fieldProblem(
            'team',
            `is none of pool ${pool} (${found.teams.join(', ') || 'it has none'}): add it there, or leave pool out`,
          );
      }
      if (username === undefined) return;
      const user = await context.users.read(username);
      if (user === undefined)
        throw fieldProblem('username', `names no user: GET /v1/users lists them, or leave it out`);
      if (user.role !== 'agent' || user.agentId !== id)
        throw fieldProblem(
          'username',
          `is not the agent ${id}: give the user the role agent and agentId "${id}" first`,
        );
    },
    usedBy: (id) => {
      const agent = context.engine.agent(id);
      return agent === undefined || agent.state === 'offline' ? undefined : 'the agent, who is logged in';
    },
  });

  addDocumentRoutes<PoolBody>(app, context, {
    kind: POOL_KIND,
    path: '/v1/agent-pools',
    name: 'agent pool',
    plural: 'agent pools',
    tag: 'agents',
    title: 'AgentPool',
    description:
      'Teams that belong together. A campaign names the pool as `pool`; agents of its teams get into it when they log in. GET /v1/pools tells who is there now.',
    operations: {
      list: 'listAgentPools',
      create: 'createAgentPool',
      get: 'getAgentPool',
      update: 'updateAgentPool',
      remove: 'removeAgentPool',
      versions: 'listAgentPoolVersions',
    },
    fields: POOL_FIELDS,
    example: { name: 'Sales', teams: ['north', 'south'] },
    async check({ teams }, id) {
      for (const other of await namedPools(store)) {
        const taken = other.id === id ? undefined : teams.find((team) => other.teams.includes(team));
        if (taken !== undefined)
          throw fieldProblem(
            'teams',
            `has "${taken}", which is in pool ${other.id}: take it out there first`,
          );
      }
    },
    usedBy: (id) =>
      campaignsNaming(context, ({ pool }) => pool === id) ??
      context.views
        .current()
        .agents.filter(({ pool, state }) => pool === id && state !== 'offline')
        .map((agent) => `agent ${agent.id}, who is logged in`)[0],
  });

  app.get(
    '/v1/agents/:id/profile',
    {
      schema: {
        operationId: 'getOwnProfile',
        tags: ['agents'],
        summary: 'What a login takes when it says nothing else',
        params: IdParameters,
        response: {
          200: OwnProfile,
          ...problems('key_missing', 'role_lacking', 'document_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const profile = await profileOf(store, id);
      if (profile === undefined)
        throw new Problem(
          'document_not_found',
          `There is no profile of agent ${id}: a login says all itself.`,
        );
      const { name, team, tier, endpoint, switchId } = profile;
      return {
        id,
        name,
        team,
        tier,
        pool: await poolFor(store, profile.pool, team),
        skills: [...skillsOf(profile)],
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(switchId === undefined ? {} : { switchId }),
      };
    },
  );
}
