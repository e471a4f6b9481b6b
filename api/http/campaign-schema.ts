/** What a campaign looks like to clients, its defaults, and the way to and from the engine's settings. */
import Type, { type Static } from 'typebox';
import { DEFAULT_WATCH } from '../../dialer/core/campaign-watch.js';
import {
  type CampaignSettings,
  MOST_PHASES,
  type StageName,
  type StagePhase,
  type StagePlan,
  TIERS,
} from '../../dialer/core/model.js';
import { pacerNames } from '../../pacing/index.js';
import { campaignDefaults } from './campaign-defaults.js';
import { GateSchema, STAGE_FIELDS } from './campaign-stage-schema.js';
import { fieldProblem } from './problem.js';
import { checkSchedule, ScheduleSchema } from './schedule-schema.js';
import { Identifier, OneOf, STRICT } from './schemas.js';
import { checkWeeklyHours, WeeklyHours } from './weekly-hours.js';

const PURPOSES = ['sales', 'service', 'survey', 'collection', 'fundraising', 'political'] as const;

const Ratio = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Word = Type.String({ minLength: 1, maxLength: 64 });

const Tiers = (description: string) =>
  Type.Array(OneOf(TIERS), { minItems: 1, uniqueItems: true, description });
const Teams = (description: string) =>
  Type.Array(Word, { minItems: 1, maxItems: 100, uniqueItems: true, description });

const Phases = Type.Array(
  Type.Object(
    {
      tiers: Tiers('Agents of any of these tiers work this part.'),
      teams: Type.Optional(Teams('When given, only agents of these teams; those of the stage when absent.')),
      share: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description: 'Of the sample. Phases without one have equal parts of what the others leave.',
        }),
      ),
    },
    STRICT,
  ),
  {
    minItems: 2,
    maxItems: MOST_PHASES,
    description:
      'Of the pilot alone: parts of its sample, each worked by its own agents, one after the other. Two halves, by experienced and then by ordinary agents, unless tiers says who works all of it.',
  },
);

const stage = (description: string) =>
  Type.Object(
    {
      tiers: Type.Optional(Tiers('Agents of any of these tiers work the stage.')),
      teams: Type.Optional(Teams('When given, only agents of these teams.')),
      phases: Type.Optional(Phases),
      contacts: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Contacts drawn for the stage.' }),
      ),
      share: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          maximum: 1,
          description: 'Share of the list drawn for the stage, instead of a number of contacts.',
        }),
      ),
      gate: Type.Optional(GateSchema),
    },
    { ...STRICT, description },
  );

const RetryRuleSchema = Type.Object(
  {
    maximumAttempts: Type.Integer({ minimum: 1, maximum: 100 }),
    delaySeconds: Type.Integer({ minimum: 0, maximum: 31_536_000 }),
  },
  STRICT,
);

/** Everything but the id: what is sent to create or replace a campaign. Only the name has no default. */
const CAMPAIGN_FIELDS = {
  holdMusic: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      pattern: '^[^\\r\\n\'"\\\\^`$|&;<>]+$',
      description:
        "What a customer on hold hears: a file or stream on the switch, such as local_stream://moh. The switch's own hold_music when absent.",
    }),
  ),
  inbound: Type.Optional(
    Type.Object(
      {
        waitSeconds: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 600,
            description: 'Time that a caller waits for an agent; 20 unless said.',
          }),
        ),
        message: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 1024,
            pattern: '^[^\\r\\n\'"\\\\^`$|&;<>]+$',
            description:
              'File or stream on the switch for callers whom nobody can take; the safe-harbour message when absent. The opt-out key counts in it.',
          }),
        ),
      },
      { ...STRICT, description: 'What becomes of people who call back.' },
    ),
  ),
  recording: Type.Optional(
    Type.Object(
      {
        policy: OneOf(['off', 'all', 'share', 'on-demand'], {
          description: 'share: of the conversations; on-demand: when the agent asks for it.',
        }),
        share: Type.Optional(Ratio('Of the conversations, for the policy share.')),
        announcement: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 1024,
            pattern: '^[^\\r\\n\'"\\\\^`$|&;<> ]+$',
            description: 'File or stream on the switch that both hear when the recording begins.',
          }),
        ),
        path: Type.Optional(
          Type.String({
            maxLength: 200,
            pattern: '^(?!.*\\.\\.)[A-Za-z0-9_{}-][A-Za-z0-9_{}/-]*\\.(wav|mp3|ogg|flac)$',
            description:
              "Of the file below the campaign's folder: {attempt}, {agent}, {contact}, {stage}, {year}, {month}, {day}, {hour}, {minute}; it has to hold {attempt}. Default: {year}-{month}-{day}/{attempt}.wav",
          }),
        ),
        retentionDays: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 36_500,
            description:
              'Recordings are deleted after so many days, or later where a rule pack asks for it; 90 unless said.',
          }),
        ),
      },
      { ...STRICT, description: 'Which conversations are recorded. None when absent.' },
    ),
  ),
  destinations: Type.Optional(
    Type.Array(
      Type.Object(
        {
          name: Word,
          to: Type.String({
            pattern: '^[A-Za-z0-9_.@:/+~;=-]{1,200}$',
            description: 'A phone number, or an endpoint on the switch such as user/2000.',
          }),
        },
        STRICT,
      ),
      {
        maxItems: 200,
        description: 'Where agents may transfer calls to. Anywhere when absent, nowhere when empty.',
      },
    ),
  ),
  name: Type.String({ minLength: 1, maxLength: 200, description: 'Name shown to operators and agents.' }),
  pool: Type.Optional(
    Type.Unsafe<string>({ ...Identifier, description: 'Pool of agents that works the campaign.' }),
  ),
  purpose: Type.Optional(
    OneOf(PURPOSES, { description: 'What the calls are for; the rule packs depend on it.' }),
  ),
  seller: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'On whose behalf the calls are made: consent may be given to one seller alone.',
    }),
  ),
  party: Type.Optional(
    OneOf(['consumer', 'business'], {
      description:
        'Who is called, where a contact does not say. A consumer when absent, whom the law protects most.',
    }),
  ),
  subject: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'What is offered or asked: caps on one subject count over all campaigns that name it. The campaign itself when absent.',
    }),
  ),
  pacing: Type.Optional(
    Type.Object(
      {
        method: Type.Optional(OneOf(pacerNames, { description: 'How the number of lines is decided.' })),
        ratio: Type.Optional(
          Type.Number({
            minimum: 1,
            maximum: 20,
            description: 'Lines per ready agent, for the method ratio.',
          }),
        ),
        targetAbandonRatio: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 0.1,
            description: 'Abandoned live answers ÷ live answers to aim at.',
          }),
        ),
        detectorErrorRatio: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 0.5,
            description:
              "Share of the machine detector's verdicts that were people, as your tests found it; counted as abandoned where a law asks for an estimate.",
          }),
        ),
        minimumRingSeconds: Type.Optional(
          Type.Integer({
            minimum: 5,
            maximum: 120,
            description:
              'Shortest ring before the pacer may release a call whose agents are gone: 15 unless said, and never under the legal minimum.',
          }),
        ),
        agentsHeld: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 10_000,
            description: 'Ready agents kept free for inbound calls; nobody is dialled for them.',
          }),
        ),
        shareHeld: Type.Optional(
          Ratio('The same as a share of the agents at work; the larger of the two holds.'),
        ),
        previewSeconds: Type.Optional(
          Type.Integer({
            minimum: 10,
            maximum: 300,
            description:
              'For the method preview: an agent who neither dials nor skips the contact shown within this time (60 unless said) is paused, and the contact goes to another.',
          }),
        ),
        atAbandonLimit: Type.Optional(
          OneOf(['progressive', 'stop'], {
            description:
              'With a legal window overdrawn: one line per ready agent (unless said), or no calls until the window moves on.',
          }),
        ),
      },
      STRICT,
    ),
  ),
  stages: Type.Optional(
    Type.Object(
      {
        validation: Type.Optional(stage('A small run by the best agents.')),
        pilot: Type.Optional(stage('A sample of the list by the other agents.')),
        production: Type.Optional(stage('The rest of the list.')),
      },
      STRICT,
    ),
  ),
  ringSeconds: Type.Optional(
    Type.Integer({
      minimum: 15,
      maximum: 120,
      description: 'Ring time before a call is given up; 15 s is the legal minimum in the US and UK.',
    }),
  ),
  answerWaitMilliseconds: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 10_000,
      description: 'Longest wait of a live answer for an agent before it is abandoned.',
    }),
  ),
  safeHarbour: Type.Optional(
    Type.Object(
      {
        message: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 500,
            pattern: '^[^\\r\\n{}\'"\\[\\]]+$',
            description: 'a file or stream of the switch, without braces, brackets, quotes or line ends',
          }),
        ),
        optOutKey: Type.Optional(
          Type.String({ pattern: '^[0-9*#]$', description: 'one key: 0 to 9, * or #' }),
        ),
      },
      { ...STRICT, description: 'Played to a person whom no agent can take in time.' },
    ),
  ),
  wrapUpSeconds: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 3600, description: 'Longest wrap-up before the reaper ends it.' }),
  ),
  maximumTalkSeconds: Type.Optional(
    Type.Integer({
      minimum: 60,
      maximum: 86_400,
      description: 'Longest conversation before the reaper ends it.',
    }),
  ),
  callerId: Type.Optional(
    Type.String({
      pattern: '^(\\+[1-9][0-9]{6,14})?$',
      description: 'a number in E.164 such as +493090182000, or empty for the one of the trunk',
    }),
  ),
  trunks: Type.Optional(
    Type.Array(Word, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'Trunks that the campaign may use; all when absent.',
    }),
  ),
  retry: Type.Optional(
    Type.Object(
      {
        'no-answer': Type.Optional(RetryRuleSchema),
        busy: Type.Optional(RetryRuleSchema),
        machine: Type.Optional(RetryRuleSchema),
        abandoned: Type.Optional(RetryRuleSchema),
        failed: Type.Optional(RetryRuleSchema),
        rejected: Type.Optional(RetryRuleSchema),
        short: Type.Optional(RetryRuleSchema),
      },
      { ...STRICT, description: 'What happens to a contact after each outcome.' },
    ),
  ),
  maximumAttempts: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100, description: 'Attempts on one contact over all its numbers.' }),
  ),
  attemptsPerDay: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 20,
      description: 'Attempts on one number in any 24 hours, over all campaigns.',
    }),
  ),
  callingHours: Type.Optional(WeeklyHours),
  schedule: Type.Optional(ScheduleSchema),
  consentRequired: Type.Optional(Type.Boolean({ description: 'Call only contacts with recorded consent.' })),
  consentLevel: Type.Optional(
    OneOf(['presumed', 'express', 'written'], {
      description: 'How strong the consent that consentRequired asks for has to be; express when absent.',
    }),
  ),
  successDispositions: Type.Optional(
    Type.Array(Word, {
      maxItems: 100,
      uniqueItems: true,
      description: 'Dispositions that count as a success.',
    }),
  ),
  registryExemption: Type.Optional(
    Type.String({
      minLength: 10,
      maxLength: 2000,
      description:
        'Why the campaign may call without the do-not-call registries that its rules ask for (such as calls to businesses only). Kept as evidence. Registries that are held bind all the same.',
    }),
  ),
  optOutDispositions: Type.Optional(
    Type.Array(Word, {
      maxItems: 100,
      uniqueItems: true,
      description: 'Dispositions that put the number on the internal DNC list.',
    }),
  ),
  refusalDispositions: Type.Optional(
    Type.Array(Word, {
      maxItems: 100,
      uniqueItems: true,
      description: 'Dispositions by which a person refuses this offer; recall delays count from them.',
    }),
  ),
  manualDialing: Type.Optional(
    OneOf(['none', 'contacts', 'any'], {
      description:
        'What agents may dial by hand: nothing, contacts of the campaign (unless said), or also numbers that are none yet and become contacts. The rules bind all the same.',
    }),
  ),
  agentsSeeNumbers: Type.Optional(
    Type.Boolean({
      description: 'Agents see the number that they are talking to; it is masked unless said.',
    }),
  ),
  ...STAGE_FIELDS,
  callbackGraceSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description: 'A callback kept for one agent goes to anyone this long after it was due.',
    }),
  ),
};

export const CampaignReplacement = Type.Object(CAMPAIGN_FIELDS, {
  ...STRICT,
  examples: [{ name: 'Spring renewals', pool: 'sales', callerId: '+12025550143' }],
});

export const CampaignCreation = Type.Object(
  {
    id: Type.Optional(Type.Unsafe<string>({ ...Identifier, title: 'Id', examples: ['spring-renewals'] })),
    ...CAMPAIGN_FIELDS,
  },
  {
    ...STRICT,
    examples: [
      {
        id: 'spring-renewals',
        name: 'Spring renewals',
        pool: 'sales',
        purpose: 'sales',
        pacing: { method: 'progressive', targetAbandonRatio: 0.03 },
        stages: { validation: { contacts: 50 }, pilot: { share: 0.04, gate: { approval: true } } },
        callerId: '+12025550143',
        callingHours: { 'mon-fri': ['10:00-12:30', '14:00-19:00'], sat: ['10:00-13:00'] },
        schedule: {
          timeZone: 'America/New_York',
          hours: { 'mon-fri': ['09:00-18:00'] },
          dates: { '2027-12-24': ['09:00-12:00'], '2027-12-25': [] },
          from: '2026-01-04T09:00:00-05:00',
          until: '2027-12-31T18:00:00-05:00',
        },
      },
    ],
  },
);

export type CampaignRequest = Static<typeof CampaignReplacement>;
export type CampaignCreationRequest = Static<typeof CampaignCreation>;

/**
 * Full settings from a request, defaults filled in.
 * @throws Problem when fields contradict each other.
 */
export function toSettings(id: string, request: CampaignRequest): CampaignSettings {
  const defaults = campaignDefaults();
  const { stages, pacing, safeHarbour, retry, scripts, offer, watch, ...rest } = request;
  const method = pacing?.method ?? defaults.pacing.method;
  if (pacing?.ratio !== undefined && method !== 'ratio') {
    throw fieldProblem(
      'pacing.ratio',
      `is only for the method ratio: leave it out, or set pacing.method to ratio`,
    );
  }
  checkStageFields(request);
  const versioned = {
    // The engine counts versions up where a text has changed.
    ...(scripts === undefined ? {} : { scripts: scripts.map((script) => ({ ...script, version: 1 })) }),
    ...(offer === undefined ? {} : { offer: { ...offer, text: offer.text ?? '', version: 1 } }),
    ...(watch === undefined ? {} : { watch: { ...DEFAULT_WATCH, ...watch } }),
  };
  if (rest.schedule !== undefined) checkSchedule(rest.schedule);
  if (rest.callingHours !== undefined) checkWeeklyHours('callingHours', rest.callingHours);
  const ratio = method === 'ratio' ? { ratio: pacing?.ratio ?? 2 } : {};
  return {
    ...defaults,
    ...rest,
    ...versioned,
    id,
    pacing: { ...defaults.pacing, ...pacing, method, ...ratio },
    stages: {
      validation: stagePlan('validation', stages?.validation, defaults),
      pilot: stagePlan('pilot', stages?.pilot, defaults),
      production: stagePlan('production', stages?.production, defaults),
    },
    safeHarbour: { ...defaults.safeHarbour, ...safeHarbour },
    retry: { ...defaults.retry, ...retry },
  };
}

/** @throws Problem when what stages and watch are made of contradicts itself. */
function checkStageFields({ scripts, watch }: CampaignRequest): void {
  const ids = scripts?.map(({ id }) => id) ?? [];
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw fieldProblem('scripts', `has ${twice} twice: give each variant its own id`);
  if (scripts?.every(({ weight = 1 }) => weight === 0))
    throw fieldProblem('scripts', 'has no variant with a weight above 0: nobody would get a script');
  watch?.limits?.forEach(({ minimum, maximum }, i) => {
    if (minimum === undefined && maximum === undefined)
      throw fieldProblem(`watch.limits.${i}`, 'needs a minimum or a maximum');
    if (minimum !== undefined && maximum !== undefined && minimum >= maximum)
      throw fieldProblem(`watch.limits.${i}.minimum`, 'is not below the maximum');
  });
}

type Stages = NonNullable<CampaignRequest['stages']>;

function stagePlan(
  name: StageName,
  given: Stages[StageName],
  defaults: Omit<CampaignSettings, 'id' | 'name'>,
): CampaignSettings['stages'][StageName] {
  const { contacts, share, phases, ...others } = defaults.stages[name];
  const field = `stages.${name}`;
  if (given?.contacts !== undefined && given.share !== undefined) {
    throw fieldProblem(`${field}.share`, `contradicts ${field}.contacts: give one of the two`);
  }
  if (name === 'production' && (given?.contacts ?? given?.share) !== undefined) {
    throw fieldProblem(
      `${field}.${given?.contacts === undefined ? 'share' : 'contacts'}`,
      'is not for production, which takes the rest of the list: leave it out',
    );
  }
  const size =
    given?.contacts === undefined && given?.share === undefined
      ? { ...(contacts === undefined ? {} : { contacts }), ...(share === undefined ? {} : { share }) }
      : {};
  return { ...others, ...size, ...staffing(field, name, given, phases) };
}

/** What was asked for, with its phases filled in: the default ones unless somebody said who works the stage. */
function staffing(
  field: string,
  name: StageName,
  given: Stages[StageName],
  usual: readonly StagePhase[] | undefined,
): Partial<StagePlan> {
  const { phases: asked, ...rest } = given ?? {};
  if (asked === undefined)
    return { ...rest, ...(usual === undefined || rest.tiers !== undefined ? {} : { phases: usual }) };
  if (name !== 'pilot') throw fieldProblem(`${field}.phases`, 'is only for the pilot: leave it out');
  const tiers = TIERS.filter((tier) => asked.some((phase) => phase.tiers.includes(tier)));
  // What was fetched may be sent back: there the stage names the tiers of all its phases.
  if (rest.tiers !== undefined && rest.tiers.join() !== tiers.join())
    throw fieldProblem(`${field}.tiers`, `contradicts ${field}.phases, which say who works: leave it out`);
  const stated = asked.reduce((sum, { share = 0 }) => sum + share, 0);
  const open = asked.filter(({ share }) => share === undefined).length;
  if (open === 0 ? Math.abs(stated - 1) > 1e-6 : stated > 1 - 1e-6)
    throw fieldProblem(
      `${field}.phases`,
      open === 0
        ? `have shares that add up to ${stated}: make them 1, or leave one out`
        : `leave nothing for ${open === 1 ? 'the one' : 'those'} without a share: make the others smaller`,
    );
  const phases = asked.map(({ share = (1 - stated) / open, ...staff }) => ({ ...staff, share }));
  return { ...rest, tiers, phases };
}

/** A campaign's settings in answers: every field is there. */
export const CampaignSettingsSchema = Type.Unsafe<CampaignSettings>(
  Type.Object({ id: Type.String(), ...CAMPAIGN_FIELDS }, { title: 'CampaignSettings' }),
);
