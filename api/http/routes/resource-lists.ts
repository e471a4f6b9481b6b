/** What all campaigns have in common, as lists: pools, teams, halts and gates. */
import Type from 'typebox';
import { type AgentState, STAGES } from '../../../dialer/core/model.js';
import type { AgentView, CampaignView } from '../../../dialer/core/view.js';
import { namedPools } from '../agent-profiles.js';
import type { App, Context } from '../context.js';
import { Identifier, iso, MapOf, OneOf, problems, STRICT } from '../schemas.js';

const COUNTS = MapOf<number>(Type.Integer(), { description: 'Agents by state.' });
const MAXIMUM = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 }));

type Counts = Partial<Record<AgentState, number>>;

function countStates(agents: readonly AgentView[]): Counts {
  const counts: Counts = {};
  for (const { state } of agents) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Values in groups, by key, in the order of the keys. */
function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const isOver = ({ record }: CampaignView): boolean =>
  record.status === 'stopped' || record.status === 'completed';

export function resourceListRoutes(app: App, context: Context): void {
  const refusals = problems('validation_failed', 'key_missing', 'role_lacking');

  app.get(
    '/v1/pools',
    {
      schema: {
        operationId: 'listPools',
        tags: ['resources'],
        summary: 'Pools: their agents by state, and the campaigns they work',
        description:
          'A pool is there as soon as a campaign or an agent names it, or it is set up in /v1/agent-pools.',
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object(
                {
                  id: Type.String(),
                  name: Type.Optional(Type.String({ description: 'Where it is set up in /v1/agent-pools.' })),
                  agents: Type.Integer({ description: 'Those who have ever logged in.' }),
                  states: COUNTS,
                  teams: Type.Array(Type.String()),
                  campaigns: Type.Array(
                    Type.Object({ id: Type.String(), name: Type.String(), status: Type.String() }),
                    { description: 'Those that are not over.' },
                  ),
                },
                { title: 'Pool' },
              ),
            ),
          }),
          ...refusals,
        },
      },
    },
    async () => {
      const { agents, campaigns } = context.views.current();
      const named = new Map((await namedPools(context.engine.store)).map((pool) => [pool.id, pool]));
      const names = new Set([
        ...named.keys(),
        ...agents.map(({ pool }) => pool),
        ...campaigns.map(({ record }) => record.settings.pool),
      ]);
      return {
        items: [...names].sort().map((id) => {
          const own = agents.filter(({ pool }) => pool === id);
          return {
            id,
            ...(named.has(id) ? { name: named.get(id)!.name } : {}),
            agents: own.length,
            states: countStates(own) as Record<string, number>,
            teams: [...new Set([...(named.get(id)?.teams ?? []), ...own.map(({ team }) => team)])].sort(),
            campaigns: campaigns
              .filter((c) => c.record.settings.pool === id && !isOver(c))
              .map(({ record: { settings, status } }) => ({ id: settings.id, name: settings.name, status })),
          };
        }),
      };
    },
  );

  app.get(
    '/v1/teams',
    {
      schema: {
        operationId: 'listTeams',
        tags: ['resources'],
        summary: 'Teams: their agents by state and by tier',
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object(
                {
                  id: Type.String(),
                  agents: Type.Integer(),
                  states: COUNTS,
                  tiers: MapOf<number>(Type.Integer(), { description: 'Agents by tier.' }),
                  pools: Type.Array(Type.String()),
                },
                { title: 'Team' },
              ),
            ),
          }),
          ...refusals,
        },
      },
    },
    async () => ({
      items: groupBy(context.views.current().agents, ({ team }) => team).map(([id, agents]) => ({
        id,
        agents: agents.length,
        states: countStates(agents) as Record<string, number>,
        tiers: Object.fromEntries(
          groupBy(agents, ({ tier }) => tier).map(([tier, each]) => [tier, each.length]),
        ),
        pools: [...new Set(agents.map(({ pool }) => pool))].sort(),
      })),
    }),
  );

  const campaignFilter = {
    campaign: Type.Optional(Type.Unsafe<string>({ ...Identifier, description: 'Of this campaign alone.' })),
    stage: Type.Optional(OneOf(STAGES)),
    limit: MAXIMUM,
  };
  const ofCampaigns = (id: string | undefined): readonly CampaignView[] =>
    context.views.current().campaigns.filter(({ record }) => id === undefined || record.settings.id === id);

  app.get(
    '/v1/halts',
    {
      schema: {
        operationId: 'listHalts',
        tags: ['stages'],
        summary: 'Halts of all campaigns with their analysis, newest first',
        description: 'Each campaign keeps its latest ten; the journal and the audit log have them all.',
        querystring: Type.Object(
          {
            ...campaignFilter,
            open: Type.Optional(Type.Boolean({ description: 'True: those that nobody has put right yet.' })),
          },
          STRICT,
        ),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Unsafe<Record<string, unknown>>({
                type: 'object',
                additionalProperties: true,
                title: 'Halt',
                description:
                  'campaignId, at, stage, kind (kpi, limit, gate, operator), by, text, the analysis, and the rectification once there is one.',
              }),
            ),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { campaign, stage, open, limit = 200 } = request.query;
      const items = ofCampaigns(campaign)
        .flatMap(({ record }) =>
          (record.progress?.halts ?? []).map((halt) => ({ campaignId: record.settings.id, ...halt })),
        )
        .filter((halt) => stage === undefined || halt.stage === stage)
        .filter((halt) => open === undefined || open === (halt.rectification === undefined))
        .sort((a, b) => b.at - a.at)
        .slice(0, limit);
      return { items: items.map((halt) => ({ ...halt, at: iso(halt.at) })) };
    },
  );

  app.get(
    '/v1/gates',
    {
      schema: {
        operationId: 'listGates',
        tags: ['stages'],
        summary: 'Decisions of all gates with their evidence, newest first',
        querystring: Type.Object(
          {
            ...campaignFilter,
            decision: Type.Optional(OneOf(['pass', 'fail', 'inconclusive'])),
            waiting: Type.Optional(
              Type.Boolean({ description: 'True: passed, and waiting for somebody’s approval.' }),
            ),
          },
          STRICT,
        ),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Unsafe<Record<string, unknown>>({
                type: 'object',
                additionalProperties: true,
                title: 'Gate',
                description:
                  'campaignId, stage, at, decision, evidence, conditions, extendedBy, approval, and waiting while it waits for approval.',
              }),
            ),
          }),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { campaign, stage, decision, waiting, limit = 200 } = request.query;
      const items = ofCampaigns(campaign)
        .flatMap(({ record }) => {
          const gates = record.progress?.gates ?? [];
          return gates.map((gate, i) => ({
            campaignId: record.settings.id,
            ...gate,
            waiting: record.status === 'awaiting-approval' && i === gates.length - 1,
          }));
        })
        .filter((gate) => stage === undefined || gate.stage === stage)
        .filter((gate) => decision === undefined || gate.decision === decision)
        .filter((gate) => waiting === undefined || gate.waiting === waiting)
        .sort((a, b) => b.at - a.at)
        .slice(0, limit);
      return { items: items.map((gate) => ({ ...gate, at: iso(gate.at) })) };
    },
  );
}
