/**
 * What a world has beside plain dialling: caller-id pools, schedules, previews and calls by hand, work at the desk,
 * recordings, calls back. Drawn from streams of their own, so that the rest of a seed's world is the same with and without.
 */
import { RandomStream, type Scenario } from '../../sim/index.js';
import { numberOf } from '../../sim/virtual/campaigns.js';

type Desk = Scenario['agents']['desk'];

export interface Additions {
  readonly callerIdPools: Scenario['callerIdPools'];
  /** Of each campaign, in order. */
  readonly campaigns: readonly Partial<Scenario['campaigns'][number]>[];
  readonly desk: Partial<Desk>;
  readonly people: Partial<Scenario['people']>;
}

export const NO_ADDITIONS: Additions = { callerIdPools: [], campaigns: [], desk: {}, people: {} };

/** Caller ids have exchanges that no contact has. */
const FIRST_CALLER_ID = 7_900_000;
const OTHER_AREA = '646';
const HOUR = 60;

/** "09:30" so many minutes later, within the day. */
function clockAfter(startAt: string, minutes: number): string {
  const [hours = 0, past = 0] = startAt.slice(11).split(':').map(Number);
  const at = Math.max(0, Math.min(24 * HOUR, hours * HOUR + past + minutes));
  return `${String(Math.floor(at / HOUR)).padStart(2, '0')}:${String(at % HOUR).padStart(2, '0')}`;
}

/** @param campaigns how many there are @param seconds until the trouble ends */
export function additionsOf(
  seed: number,
  world: {
    readonly areaCode: string;
    readonly startAt: string;
    readonly campaigns: number;
    readonly seconds: number;
  },
): Additions {
  const stream = (purpose: number): RandomStream => new RandomStream(seed, purpose, seed >>> 16);
  const { areaCode, startAt, campaigns, seconds } = world;
  const numbers = stream(0xca11e4);
  const pooled = numbers.bernoulli(0.4);
  const size = 1 + numbers.integer(5);
  const callerIdPools: Scenario['callerIdPools'] = pooled
    ? [
        {
          id: 'pool',
          numbers: Array.from({ length: size }, (_, index) =>
            numberOf(index % 3 === 2 ? OTHER_AREA : areaCode, FIRST_CALLER_ID + index),
          ),
          // Now and then so few that the day's are used up.
          dailyCap: numbers.bernoulli(0.5) ? 20 + numbers.integer(200) : null,
          restSeconds: numbers.bernoulli(0.3) ? numbers.integer(5) : 0,
          localPresence: numbers.bernoulli(0.5),
          rotation: numbers.bernoulli(0.5) ? 'least-used' : 'round-robin',
        },
      ]
    : [];
  const habits = stream(0xde5c);
  const busy = habits.bernoulli(0.5);
  const most = (rate: number): number => (busy && habits.bernoulli(0.7) ? rate * habits.uniform() : 0);
  const desk: Partial<Desk> = {
    holdRate: most(0.4),
    holdLength: { kind: 'uniform', from: 1, to: 20 },
    muteRate: most(0.3),
    keysRate: most(0.2),
    recordRate: most(0.3),
    transferRate: most(0.15),
    consultRate: most(0.4),
    consultLength: { kind: 'uniform', from: 1, to: 15 },
    previewLook: { kind: 'uniform', from: 0.5, to: 6 },
    previewSkipRate: 0.3 * habits.uniform(),
    previewSilentRate: 0.05 * habits.uniform(),
    manualEvery: habits.bernoulli(0.3) ? { kind: 'exponential', mean: 60 + habits.integer(400) } : null,
  };
  const back = stream(0xbacc);
  const people: Partial<Scenario['people']> = back.bernoulli(0.4)
    ? {
        callBackRate: 0.2 * back.uniform(),
        callBackDelay: { kind: 'uniform', from: 0.1, to: 200 },
        callBackWait: { kind: 'uniform', from: 2, to: 60 },
      }
    : {};
  const kinds = stream(0xca3b);
  const policies = ['off', 'all', 'share', 'on-demand'] as const;
  return {
    callerIdPools,
    desk,
    people,
    campaigns: Array.from({ length: campaigns }, (_, index) => {
      const minutes = seconds / 60;
      const opens = Math.round((kinds.uniform() - 0.7) * minutes);
      const length = Math.ceil(kinds.uniform() * 1.2 * minutes);
      const scheduled = kinds.bernoulli(0.2);
      const from = clockAfter(startAt, opens);
      const to = clockAfter(startAt, Math.max(1, opens + length));
      return {
        callerIdPool: pooled && kinds.bernoulli(0.8) ? 'pool' : '',
        ...(scheduled && from < to && { hours: [`${from}-${to}`] }),
        ...(index === 0 && kinds.bernoulli(0.12) && { pacer: 'preview' }),
        manualDialing: kinds.bernoulli(0.9) ? 'contacts' : 'none',
        recording: policies[kinds.integer(policies.length)] as (typeof policies)[number],
        inboundWaitSeconds: 5 + kinds.integer(30),
      };
    }),
  };
}
