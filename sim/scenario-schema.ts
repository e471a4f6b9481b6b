/**
 * The schema of a scenario: one source for the types, the reader and `scenario.schema.json`. Times are seconds unless a
 * field says otherwise; rates are shares, 0–1.
 */
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import type { Distribution } from './distributions.js';

/** Titles by which the reader knows the two kinds of value that may be written in several ways. */
export const BY_HOUR = 'by hour';
export const DISTRIBUTION = 'distribution';

function object<P extends TProperties>(properties: P, description = ''): TObject<P> {
  const options = { additionalProperties: false, ...(description === '' ? {} : { description }) };
  return Type.Object(properties, options) as TObject<P>;
}

const rate = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const seconds = (description: string) => Type.Number({ minimum: 0, description });
const whole = (description: string, minimum = 0) => Type.Integer({ minimum, description });
const text = (description: string) => Type.String({ minLength: 1, description });

function oneOf<const T extends readonly string[]>(values: T, description: string) {
  return Type.Unsafe<T[number]>(Type.String({ enum: [...values], description } as never));
}

const positive = { type: 'number', minimum: 1e-6 };
const fromZero = { type: 'number', minimum: 0 };
const kind = (name: string, fields: object, required: readonly string[]) => ({
  type: 'object',
  properties: { kind: { const: name }, ...fields },
  required: ['kind', ...required],
  additionalProperties: false,
});
const shaped = { mean: positive, cv: positive, minimum: fromZero, maximum: fromZero };
const DISTRIBUTIONS = [
  { type: 'number', minimum: 0 },
  kind('constant', { value: fromZero }, ['value']),
  kind('uniform', { from: fromZero, to: fromZero }, ['from', 'to']),
  kind('exponential', { mean: positive }, ['mean']),
  kind('lognormal', shaped, ['mean', 'cv']),
  kind('gamma', shaped, ['mean', 'cv']),
];

/** Seconds: a number, or how they are distributed. */
const times = (description: string) =>
  Type.Unsafe<Distribution>({ title: DISTRIBUTION, description, anyOf: DISTRIBUTIONS } as never);
const timesOrNever = (description: string) =>
  Type.Unsafe<Distribution | null>({
    title: DISTRIBUTION,
    description,
    anyOf: [...DISTRIBUTIONS, { type: 'null' }],
  } as never);
/** One value for the whole day, or 24 values, one for each local hour of the people called. */
const byHour = (description: string) =>
  Type.Unsafe<number | readonly number[]>({
    title: BY_HOUR,
    description,
    anyOf: [
      { type: 'number', minimum: 0, maximum: 1 },
      { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 }, minItems: 24, maxItems: 24 },
    ],
  } as never);

// ---------------------------------------------------------------- people

export const PeopleSchema = object(
  {
    answerRate: byHour('A person answers.'),
    answerSpread: Type.Number({
      minimum: 0,
      maximum: 0.5,
      description:
        'Standard deviation of the answer rate between numbers (beta distributed); 0 makes all numbers alike.',
    }),
    machineRate: rate('A machine answers.'),
    screeningRate: rate('A call screening assistant answers and asks who is calling.'),
    screeningAcceptRate: rate('The person takes a screened call after all, once an agent has spoken.'),
    busyRate: rate('Busy.'),
    invalidRate: rate('The number does not exist.'),
    congestionRate: rate('The network refuses: congestion.'),
    rejectedRate: rate('Rings, then is rejected by the person.'),
    announcementRate: rate('Announcement as early media, then a failure: never answered.'),
    shortRate: rate('Picks up and is gone within the second.'),
    instantRate: rate('Picks up and hangs up in the same instant.'),
    dialLatency: times('From the originate to the first sign from the far end.'),
    failureDelay: times('From the first sign to a failure that does not ring: busy, invalid, congestion.'),
    ring: times('How long a person lets it ring.'),
    machineRing: times('How long it rings before a machine answers.'),
    screeningRing: times('How long it rings before an assistant answers.'),
    rejectedRing: times('How long it rings before the person rejects the call.'),
    ringLimitSeconds: Type.Number({
      minimum: 1,
      description: 'When the network gives up on a call that nobody answers.',
    }),
    talk: times('From the bridge until the person hangs up.'),
    machineTalk: times('From the bridge until the conversation with a machine is over.'),
    screeningTalk: times('From the bridge until the person behind an assistant has decided.'),
    machineStay: times('From the answer until a machine or assistant that nobody talks to hangs up.'),
    patience: times('From the answer until a person hangs up when nobody speaks.'),
    optOutKeyRate: rate('A person who hears the safe-harbour message presses the opt-out key.'),
    optOutKey: Type.String({ pattern: '^[0-9*#]$', description: 'One key: 0–9, * or #.' }),
    optOutKeyDelay: times('From the start of the message to the key.'),
    callerIds: object(
      {
        localFactor: Type.Number({
          minimum: 0,
          description: 'The answer rate is multiplied with it when the caller id is of the same area code.',
        }),
        labelFactor: Type.Number({
          minimum: 0,
          description: 'The answer rate is multiplied with it when the caller id is labelled as spam.',
        }),
        labelled: Type.Array(Type.String({ minLength: 1 }), {
          description: 'Caller ids that are labelled from the start, in E.164.',
        }),
        labelCallsPerDay: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
          description:
            'A caller id that is shown more often than this in one day (UTC) is labelled for good; null: none.',
        }),
      },
      'How people react to the number that a call shows. Factors of 1 leave the answer rate as it is.',
    ),
    callBackRate: rate('A person whose phone rang and who spoke to nobody calls the caller id back.'),
    callBackDelay: times('From the end of the missed call to the call back.'),
    callBackWait: times('How long a person who calls back waits for somebody to speak.'),
  },
  'The people called. Rates are shares of all attempts; what is left of 1 never answers.',
);

// ---------------------------------------------------------------- agents

const OUTCOMES = ['success', 'refusal', 'optOut', 'callback'] as const;
export type TalkOutcome = (typeof OUTCOMES)[number];

export const AgentsSchema = object(
  {
    count: whole('Agents on the roster.'),
    wrapUp: times('Writing up a conversation with a person.'),
    machineWrapUp: times('After a machine there is little to write.'),
    wrapUpBy: object(
      {
        success: Type.Optional(times('After a success.')),
        refusal: Type.Optional(times('After a refusal.')),
        optOut: Type.Optional(times('After an opt-out.')),
        callback: Type.Optional(times('After a callback was agreed.')),
      },
      'Wrap-up by what came of the conversation, instead of wrapUp.',
    ),
    talkFactor: object(
      {
        success: Type.Number({ minimum: 0.01, description: 'For a success.' }),
        refusal: Type.Number({ minimum: 0.01, description: 'For a refusal.' }),
        optOut: Type.Number({ minimum: 0.01, description: 'For an opt-out.' }),
        callback: Type.Number({ minimum: 0.01, description: 'For a callback.' }),
      },
      'What the length of a conversation is multiplied with, by what comes of it.',
    ),
    successRate: rate('Conversations that end in a success; what is left of 1 is a refusal.'),
    optOutRate: rate('Conversations in which the person opts out.'),
    callbackRate: rate('Conversations that end with a callback agreed.'),
    callbackSelfRate: rate('Callbacks that the agent keeps for herself; the rest are for anyone.'),
    callbackDelay: times('How far ahead a callback is agreed.'),
    silentRate: rate('Wrap-ups that the agent never ends: the engine has to.'),
    dispositions: object(
      {
        success: text('Word for a success.'),
        refusal: text('Word for a refusal.'),
        optOut: text('Word for an opt-out.'),
        callback: text('Word for a callback.'),
        machine: text('Word for a machine.'),
      },
      'The words that agents use.',
    ),
    breakEvery: timesOrNever('Time between two breaks of an agent; null: no breaks.'),
    breakLength: times('Length of a break.'),
    breakReason: text('Reason given for a break.'),
    loginSeconds: seconds('Log-ins of a shift are spread evenly over this time.'),
    noShowRate: rate('Agents of the roster who never come; experts always do.'),
    legDropsPerHour: Type.Number({ minimum: 0, description: 'Lost agent legs per agent and hour.' }),
    legFailureRate: rate('Agent legs that fail or are not answered when they are dialled.'),
    tiers: object(
      { expert: rate('Experts (at least one).'), experienced: rate('Experienced agents.') },
      'Shares of the team; the rest is ordinary.',
    ),
    desk: object(
      {
        holdRate: rate('The customer is put on hold for a while.'),
        holdLength: times('How long.'),
        muteRate: rate('The agent mutes the microphone for a while.'),
        keysRate: rate('The agent sends keys.'),
        recordRate: rate('The agent switches the recording on, and off again.'),
        transferRate: rate('The customer is transferred without a word.'),
        consultRate: rate('Somebody is consulted; one third each is handed the customer, joined, let go.'),
        consultLength: times('From the start of a consultation until it is decided.'),
        previewLook: times('How long a contact in preview is looked at before it is dialled.'),
        previewSkipRate: rate('Contacts in preview that are skipped.'),
        previewSilentRate: rate('Contacts in preview that the agent does nothing about.'),
        manualEvery: timesOrNever('Time between two calls that an agent dials by hand; null: none.'),
      },
      'What agents do at their desk beside talking. Rates are shares of conversations.',
    ),
    teams: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'Teams, agent by agent in turn.',
    }),
    skills: Type.Array(object({ name: text('The skill.'), share: rate('Agents who have it.') }), {
      description: 'Skills and how many agents have them.',
    }),
    shifts: Type.Array(
      object({
        from: seconds('Seconds after the start.'),
        to: seconds('Seconds after the start: log-out at the end of the call under way.'),
        share: rate('Agents who work it; shares fill the roster in order.'),
      }),
      { description: 'Shifts; none: everybody works all the time.' },
    ),
  },
  'The agents who talk to the people.',
);

// ---------------------------------------------------------------- lists and campaigns

const ListSchema = object({
  campaign: text('Campaign that the list is imported into.'),
  at: seconds('When it is imported, after the start.'),
  contacts: whole('How many contacts.', 1),
  timeZone: text('IANA zone stated for the contacts.'),
  areaCode: Type.String({ pattern: '^[2-9][0-9]{2}$', description: 'North American area code.' }),
  first: whole('Number of the first contact: lists of one area code that overlap share phone numbers.'),
  secondNumberRate: rate('Contacts with a second number.'),
  consentRate: rate('Contacts whose consent is recorded.'),
  refusedRate: rate('Contacts whose consent is recorded as refused.'),
  dncRate: rate('Numbers on the internal DNC list before the start.'),
});

const CampaignSchema = object({
  id: text('Id of the campaign.'),
  purpose: oneOf(['service', 'sales', 'survey'], 'What the calls are for.'),
  pacer: text('Pacing method.'),
  ratio: Type.Number({ minimum: 1, description: 'Lines per ready agent, for the ratio method.' }),
  targetAbandonRatio: rate('What the pacer aims at.'),
  staged: Type.Boolean({ description: 'Through validation and pilot; else all of it in production.' }),
  consentRequired: Type.Boolean({ description: 'Only contacts with recorded consent are called.' }),
  maximumAttempts: whole('Attempts on one contact.', 1),
  attemptsPerDay: whole('Attempts on one number in 24 hours.', 1),
  retrySeconds: seconds('Before a contact is tried again.'),
  ringSeconds: Type.Integer({ minimum: 15, description: 'Ring time before a call is given up.' }),
  wrapUpSeconds: whole('Longest wrap-up.', 1),
  maximumTalkSeconds: whole('Longest conversation.', 1),
  teams: Type.Array(Type.String({ minLength: 1 }), { description: 'Teams that work it; none: all.' }),
  callerIdPool: Type.String({ description: 'Pool that caller ids are taken from; empty: one number.' }),
  hours: Type.Array(Type.String({ pattern: '^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$' }), {
    description: "Hours of every day, in the scenario's zone, in which it runs by itself; none: all of them.",
  }),
  manualDialing: oneOf(['none', 'contacts'], 'What agents may dial by hand.'),
  recording: oneOf(['off', 'all', 'share', 'on-demand'], 'Which conversations are recorded; share: half.'),
  inboundWaitSeconds: whole('Longest wait of people who call back.', 1),
});

const CallerIdPoolSchema = object({
  id: text('Id of the pool.'),
  numbers: Type.Array(Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' }), {
    minItems: 1,
    description: 'Numbers in E.164.',
  }),
  dailyCap: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: 'Calls of each number on a local date; null: without end.',
  }),
  restSeconds: whole('A number is not shown again for so long after a call with it.'),
  localPresence: Type.Boolean({ description: 'The number nearest to the called one first.' }),
  rotation: oneOf(['round-robin', 'least-used'], 'Which of the numbers that are equally near.'),
});

// ---------------------------------------------------------------- switches and trunks

const SwitchSchema = object({
  id: text('Name of the switch.'),
  maximumChannels: whole('Channels, agents included.', 1),
  callsPerSecond: whole('Calls a second.', 1),
});

const TrunkSchema = object({
  name: text('Name of the trunk.'),
  switch: text('Switch it belongs to.'),
  maximumChannels: whole('Channels.', 1),
  callsPerSecond: whole('Calls a second that the engine is told.', 1),
  carrierCallsPerSecond: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: 'Calls a second beyond which the carrier answers with congestion; null: none.',
  }),
  latency: times('Added to the time until the far end gives a sign.'),
  failureEvery: timesOrNever('Time between two bursts of failures; null: none.'),
  failureLength: times('Length of a burst.'),
  failure: oneOf(['congestion', 'local'], 'In a burst calls meet congestion, or never leave the switch.'),
});

const TrunkWorldSchema = object(
  {
    messageSeconds: seconds('Length of a message file that the switch plays, when the name does not tell.'),
    machineDetection: object(
      {
        enabled: Type.Boolean({ description: 'Its verdict comes with the answer.' }),
        sensitivity: rate('Machines found to be machines.'),
        falsePositiveRate: rate('People taken for machines.'),
      },
      'Answering machine detection on the trunk.',
    ),
  },
  'What holds for every trunk.',
);

// ---------------------------------------------------------------- faults

export const SWITCH_ACTIONS = [
  'drop-connections',
  'stall',
  'kill-listeners',
  'refuse-connections',
  'shutdown',
  'pause-outbound',
  'brown-out',
  'crash',
] as const;

export const PROCESS_ACTIONS = [
  'process-crash',
  'process-stall',
  'clock-jump',
  'store-outage',
  'store-torn',
] as const;

const FaultSchema = object({
  at: seconds('Seconds after the start.'),
  action: oneOf(
    [...SWITCH_ACTIONS, ...PROCESS_ACTIONS],
    [
      'drop-connections: cut the control connections without a word.',
      'stall: neither read nor write.',
      'kill-listeners: end listeners as a switch does that lost events.',
      'refuse-connections: refuse new control connections.',
      'shutdown: announce, hang up everything, leave.',
      'pause-outbound: refuse outbound calls locally.',
      'brown-out: every call fails with congestion.',
      'crash: all channels and connections are gone at once, and the switch is a new instance.',
      'process-crash: the engine dies and starts again from the store.',
      'process-stall: the engine is frozen, and hears everything afterwards.',
      'clock-jump: the wall clock is set forward or back by `by` seconds.',
      'store-outage: the store takes nothing.',
      'store-torn: the engine dies in the middle of a commit.',
    ].join(' '),
  ),
  seconds: seconds('How long it lasts.'),
  by: Type.Number({ description: 'For a clock jump: seconds, negative for back.' }),
  switch: Type.String({ description: 'Which switch; empty: all.' }),
});

const FaultsSchema = object(
  {
    lostEventRate: rate('Events that are lost.'),
    doubledEventRate: rate('Events that come twice.'),
    delayedEventRate: rate('Events that come late, and so out of order.'),
    eventDelay: times('How late.'),
    localFailureRate: rate('Originates refused by the switch itself.'),
    lostCommandRate: rate('Commands that are lost, at most two about one call.'),
    lostReplyRate: rate('Originates that are carried out and whose reply is lost.'),
    lateCommandRate: rate(
      'Originates that the switch carries out late, up to half a minute, when nobody waits for a reply any more.',
    ),
    failedBridgeRate: rate('Bridges that fail.'),
    slowBridgeRate: rate('Bridges that take long.'),
    bridgeDelay: times('How long.'),
    lateListingRate: rate('Listings of channels that are old when they arrive.'),
    listingDelay: times('How old.'),
    surpriseRate: rate(
      'Chance that a leg, a link or the engine is lost, or a campaign paused, just while a call is committed, dialled or bridged.',
    ),
    schedule: Type.Array(FaultSchema, { description: 'Faults at set times.' }),
  },
  'What breaks.',
);

const StoreSchema = object(
  {
    delay: times('Until the store answers.'),
    lateRate: rate('Answers that come late.'),
    lateDelay: times('How late.'),
    failureRate: rate('Requests that fail, undone.'),
    lostAnswerRate: rate('Requests that are carried out and reported as failed.'),
    lostWriteAnswerRate: rate('Writes that are carried out, reported as failed, and repeated.'),
  },
  'The store under the engine.',
);

// ---------------------------------------------------------------- operators

export const OPERATOR_ACTIONS = [
  'start',
  'pause',
  'resume',
  'halt',
  'stop',
  'approve',
  'set-pacer',
  'drain',
  'emergency-stop',
  'lift-emergency-stop',
  'agent-ready',
  'agent-pause',
  'agent-logout',
  'agent-login',
  'agent-hangup',
  'drop-leg',
  'add-dnc',
  'remove-dnc',
  'withdraw-consent',
  'grant-consent',
] as const;

const OperatorSchema = object({
  at: seconds('Seconds after the start.'),
  action: oneOf(OPERATOR_ACTIONS, 'The button pressed.'),
  campaign: Type.String({ description: 'Campaign; empty: all. For DNC, empty: the internal list.' }),
  agent: whole('For the agent buttons: number of the agent, from 0.'),
  pacer: Type.String({ description: 'For set-pacer: the method. The campaign is paused and resumed.' }),
  share: rate('For DNC and consent: share of all numbers.'),
});

const ChangeSchema = object({
  at: seconds('Seconds after the start.'),
  people: Type.Partial(PeopleSchema, {
    additionalProperties: false,
    description: 'What is different from then on.',
  }),
});

export const ScenarioSchema = object({
  name: text('Name of the scenario.'),
  timeZone: text('IANA zone whose hours index rates by hour, and of `startAt`.'),
  startAt: Type.String({
    pattern: '^(|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})$',
    description: 'Local date and time at which the world starts; empty: whatever the runner takes.',
  }),
  lists: Type.Array(ListSchema, { description: 'Contacts; none: as many as the run needs.' }),
  campaigns: Type.Array(CampaignSchema, { description: 'Campaigns; none: one plain one.' }),
  callerIdPools: Type.Array(CallerIdPoolSchema, { description: 'Pools of caller ids.' }),
  people: PeopleSchema,
  agents: AgentsSchema,
  switches: Type.Array(SwitchSchema, { description: 'Switches; none: one that is large enough.' }),
  trunk: TrunkWorldSchema,
  trunks: Type.Array(TrunkSchema, { description: 'Trunks; none: one on each switch, large enough.' }),
  store: StoreSchema,
  faults: FaultsSchema,
  changes: Type.Array(ChangeSchema, { description: 'How people change while the run goes on.' }),
  operators: Type.Array(OperatorSchema, { description: 'What operators do.' }),
});

export type ScenarioStatic = Static<typeof ScenarioSchema>;
