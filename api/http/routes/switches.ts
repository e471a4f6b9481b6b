/** Switches and their trunks: use and health, and taking a switch out of service. */
import Type from 'typebox';
import type { CampaignView, EngineView, SwitchView, TrunkView } from '../../../dialer/core/view.js';
import type { SwitchStatistics } from '../../../dialer/telephony/port.js';
import { auditEntry } from '../audit.js';
import { type App, actorOf, type Context, command } from '../context.js';
import { Problem } from '../problem.js';
import { Identifier, Instant, iso, OneOf, problems, STRICT } from '../schemas.js';

const PATH = '/v1/switches';
const LONGEST_REASON = 2000;
const TAGS = ['resources'];

const DrainAnswer = Type.Object(
  {
    since: Instant,
    by: Type.String(),
    reason: Type.String(),
    moveAgents: Type.Boolean({ description: 'Its agents go to other switches when they are in no call.' }),
    empty: Type.Boolean({ description: 'It has no channel any more: it may be stopped.' }),
  },
  { title: 'SwitchDrain' },
);

const SwitchAnswer = Type.Object(
  {
    id: Type.String(),
    connected: Type.Boolean(),
    since: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'Since when it is connected, or is not.' }),
    ),
    reason: Type.String({ description: 'Why it is not connected.' }),
    channels: Type.Integer({ description: 'Calls and agents’ legs that the engine counts on it.' }),
    orphans: Type.Integer({ description: 'Channels on it that no attempt owns.' }),
    discrepancies: Type.Integer({ description: 'Channels on which it and the engine disagreed so far.' }),
    eventLagSeconds: Type.Number({ description: 'Age of the newest event when it was read.' }),
    reconnects: Type.Integer({ description: 'Times the link was made again.' }),
    commandsPending: Type.Integer({ description: 'Commands that it has not answered yet.' }),
    trunks: Type.Array(Type.String()),
    drain: Type.Optional(DrainAnswer),
  },
  { title: 'Switch' },
);

const TrunkAnswer = Type.Object(
  {
    id: Type.String(),
    switchId: Type.String(),
    state: OneOf(['ready', 'degraded', 'probing', 'resting', 'drained', 'down'], {
      description:
        'degraded: many of its calls fail or the network answers late, it is given fewer; resting: calls failed in a row; probing: it has rested, a few calls try it; drained: its switch is out of service; down: its switch is.',
    }),
    reason: Type.String({ description: 'Why it is not ready.' }),
    channels: Type.Integer({ description: 'In use.' }),
    maximumChannels: Type.Integer(),
    callsPerSecond: Type.Number(),
    weight: Type.Optional(Type.Number({ description: 'Its share of the calls against other trunks’.' })),
    failuresInARow: Type.Integer({ description: 'Calls that never left the switch.' }),
    refusalsInARow: Type.Integer({ description: 'Calls that the network refused for congestion.' }),
    failedShare: Type.Optional(
      Type.Number({ description: 'Of the latest calls, those that the switch or the network failed, 0–1.' }),
    ),
    postDialDelaySeconds: Type.Optional(
      Type.Number({ description: 'From the dial to the first sign from the network, mean.' }),
    ),
    restsUntil: Type.Optional(Instant),
    campaigns: Type.Array(Type.String(), { description: 'Campaigns that are not over and may use it.' }),
  },
  { title: 'Trunk' },
);

function drainAnswer({ drain, channels }: SwitchView) {
  if (drain === undefined) return undefined;
  const { since, by, reason, moveAgents } = drain;
  return { since: iso(since), by, reason, moveAgents, empty: channels === 0 };
}

function switchAnswer(each: SwitchView, trunks: readonly TrunkView[], link: SwitchStatistics | undefined) {
  const { switchId, connected, since, reason, channels, orphans, discrepancies } = each;
  const drain = drainAnswer(each);
  return {
    id: switchId,
    connected,
    ...(since > 0 ? { since: iso(since) } : {}),
    reason: connected ? '' : reason,
    channels,
    orphans,
    discrepancies,
    eventLagSeconds: link?.eventLagSeconds ?? 0,
    reconnects: link?.reconnects ?? 0,
    commandsPending: link?.commandsPending ?? 0,
    trunks: trunks.filter((trunk) => trunk.switchId === switchId).map(({ name }) => name),
    ...(drain === undefined ? {} : { drain }),
  };
}

/** How a trunk stands and, unless it is ready, why. */
function standing(trunk: TrunkView, drained: boolean, resting: boolean) {
  if (!trunk.connected) return { state: 'down' as const, reason: trunk.reason };
  if (drained) return { state: 'drained' as const, reason: 'its switch is taken out of service' };
  const row = `${trunk.refusals > 0 ? 'the network refused' : 'the switch failed'} calls in a row`;
  if (resting) return { state: 'resting' as const, reason: row };
  if (trunk.onProbation) return { state: 'probing' as const, reason: row };
  if (!trunk.degraded) return { state: 'ready' as const, reason: '' };
  const failed = Math.round(100 * (trunk.failedShare ?? 0));
  const delay = trunk.postDialDelay === undefined ? '' : `, ${trunk.postDialDelay.toFixed(1)} s to a sign`;
  return { state: 'degraded' as const, reason: `${failed} % of its latest calls failed${delay}` };
}

function trunkAnswer(trunk: TrunkView, { campaigns, switches, now }: EngineView) {
  const resting = trunk.restUntil > now;
  const drained = switches.some(({ switchId, drain }) => switchId === trunk.switchId && drain !== undefined);
  const mayUse = ({ record: { status, settings } }: CampaignView): boolean =>
    status !== 'stopped' && status !== 'completed' && (settings.trunks?.includes(trunk.name) ?? true);
  return {
    id: trunk.name,
    switchId: trunk.switchId,
    ...standing(trunk, drained, resting),
    channels: trunk.channels,
    maximumChannels: trunk.maximumChannels,
    callsPerSecond: trunk.callsPerSecond,
    ...(trunk.weight === undefined ? {} : { weight: trunk.weight }),
    failuresInARow: trunk.failures,
    refusalsInARow: trunk.refusals,
    ...(trunk.failedShare === undefined ? {} : { failedShare: trunk.failedShare }),
    ...(trunk.postDialDelay === undefined ? {} : { postDialDelaySeconds: trunk.postDialDelay }),
    ...(resting ? { restsUntil: iso(trunk.restUntil) } : {}),
    campaigns: campaigns.filter(mayUse).map(({ record }) => record.settings.id),
  };
}

export function switchRoutes(app: App, context: Context): void {
  const reading = problems('validation_failed', 'key_missing', 'role_lacking');
  const changing = problems(
    'validation_failed',
    'key_missing',
    'role_lacking',
    'switch_not_found',
    'not_available',
  );
  const linkOf = (id: string) =>
    context.engine.telephony.statistics().find(({ switchId }) => switchId === id);

  app.get(
    PATH,
    {
      schema: {
        operationId: 'listSwitches',
        tags: TAGS,
        summary: 'Switches: the links to them, their channels and events',
        response: { 200: Type.Object({ items: Type.Array(SwitchAnswer) }), ...reading },
      },
    },
    async () => {
      const { switches, trunks } = context.views.current();
      return { items: switches.map((each) => switchAnswer(each, trunks, linkOf(each.switchId))) };
    },
  );

  app.get(
    '/v1/trunks',
    {
      schema: {
        operationId: 'listTrunks',
        tags: TAGS,
        summary: 'Trunks: limits, use and health',
        description: 'Trunks are set up in the configuration of the service, beside their switches.',
        response: { 200: Type.Object({ items: Type.Array(TrunkAnswer) }), ...reading },
      },
    },
    async () => {
      const view = context.views.current();
      return { items: view.trunks.map((trunk) => trunkAnswer(trunk, view)) };
    },
  );

  /** The switch as it is; refuses an unknown one. */
  const found = (id: string): SwitchView => {
    const each = context.views.current().switches.find(({ switchId }) => switchId === id);
    if (each === undefined)
      throw new Problem('switch_not_found', `There is no switch ${id}: GET ${PATH} lists them.`);
    return each;
  };
  const answer = (id: string) => switchAnswer(found(id), context.views.current().trunks, linkOf(id));

  app.post(
    `${PATH}/:id/drain`,
    {
      schema: {
        operationId: 'drainSwitch',
        tags: TAGS,
        summary: 'Take a switch out of service: no new calls there, its calls go on',
        description:
          'From this instant no call is placed on it. With `moveAgents` its agents go to another switch as soon as they are in no call: their endpoints must be reachable from there. When `drain.empty` is true it may be stopped. It is durable, and holds until the switch is returned.',
        params: Type.Object({ id: Identifier }, STRICT),
        body: Type.Object(
          {
            reason: Type.String({ minLength: 1, maxLength: LONGEST_REASON, pattern: '\\S' }),
            moveAgents: Type.Optional(Type.Boolean({ default: true })),
          },
          { ...STRICT, examples: [{ reason: 'New release tonight', moveAgents: true }] },
        ),
        response: { 200: SwitchAnswer, ...changing },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { reason, moveAgents = true } = request.body;
      const before = drainAnswer(found(id));
      await command(
        context,
        { type: 'drain-switch', switchId: id, drain: true, moveAgents, by: actorOf(request), reason },
        auditEntry(context, request, {
          action: 'switch.drain',
          subject: { kind: 'switch', id },
          reason,
          ...(before === undefined ? {} : { before }),
        }),
      );
      return answer(id);
    },
  );

  app.delete(
    `${PATH}/:id/drain`,
    {
      schema: {
        operationId: 'returnSwitch',
        tags: TAGS,
        summary: 'Return a switch to service',
        description: 'New calls are placed on it again, for agents who are on it or log in on it.',
        params: Type.Object({ id: Identifier }, STRICT),
        querystring: Type.Object(
          { reason: Type.Optional(Type.String({ maxLength: LONGEST_REASON })) },
          STRICT,
        ),
        response: { 200: SwitchAnswer, ...changing },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { reason = '' } = request.query;
      const before = drainAnswer(found(id));
      await command(
        context,
        { type: 'drain-switch', switchId: id, drain: false, moveAgents: false, by: actorOf(request), reason },
        auditEntry(context, request, {
          action: 'switch.return',
          subject: { kind: 'switch', id },
          ...(reason === '' ? {} : { reason }),
          ...(before === undefined ? {} : { before }),
        }),
      );
      return answer(id);
    },
  );
}
