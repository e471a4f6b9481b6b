/** Rules of the operator's own, read from the scenario alone: hours of a campaign, and how often a caller id is shown. */
import type { AttemptResult, Intent } from '../../dialer/core/model.js';
import type { Scenario } from '../../sim/index.js';

const MINUTE = 60_000;

/** Local date and minutes since midnight, asked for once a minute. */
class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  #minute = Number.NaN;
  #known = { date: '', minutes: 0 };

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  }

  at(instant: number): { readonly date: string; readonly minutes: number } {
    const minute = Math.floor(instant / MINUTE);
    if (minute !== this.#minute) {
      const parts = Object.fromEntries(
        this.#format.formatToParts(instant).map(({ type, value }) => [type, value]),
      );
      const { year, month, day, hour, minute: past } = parts;
      this.#minute = minute;
      this.#known = { date: `${year}-${month}-${day}`, minutes: 60 * Number(hour) + Number(past) };
    }
    return this.#known;
  }
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return 60 * hours + minutes;
}

type CallerIdUse = Pick<Intent, 'campaignId' | 'callerId' | 'intendedAt'>;

export class OwnRules {
  readonly #local: LocalTime;
  readonly #campaigns: ReadonlyMap<string, Scenario['campaigns'][number]>;
  readonly #pools: ReadonlyMap<string, Scenario['callerIdPools'][number]>;
  /** Calls by caller id and local date. */
  readonly #uses = new Map<string, number>();

  constructor({ timeZone, campaigns, callerIdPools }: Scenario) {
    this.#local = new LocalTime(timeZone);
    this.#campaigns = new Map(campaigns.map((campaign) => [campaign.id, campaign]));
    this.#pools = new Map(callerIdPools.map((pool) => [pool.id, pool]));
  }

  /** Whether the campaign may dial at this instant. */
  isOpen(campaignId: string, at: number): boolean {
    const hours = this.#campaigns.get(campaignId)?.hours ?? [];
    if (hours.length === 0) return true;
    const { minutes } = this.#local.at(at);
    return hours.some((range) => {
      const [from = '', to = ''] = range.split('-');
      return minutes >= minutesOf(from) && minutes < minutesOf(to);
    });
  }

  #useOf(callerId: string, at: number): string {
    return `${callerId} ${this.#local.at(at).date}`;
  }

  /** An intent that is durable now. Returns what is wrong with its caller id. */
  shown({ campaignId, callerId, intendedAt }: CallerIdUse): string | undefined {
    const pool = this.#pools.get(this.#campaigns.get(campaignId)?.callerIdPool ?? '');
    if (pool === undefined) return undefined;
    if (!pool.numbers.includes(callerId)) return `${callerId} is shown and is not in pool ${pool.id}`;
    const use = this.#useOf(callerId, intendedAt);
    const uses = (this.#uses.get(use) ?? 0) + 1;
    this.#uses.set(use, uses);
    if (pool.dailyCap === null || uses <= pool.dailyCap) return undefined;
    return `${callerId} is shown ${uses} times on one day, at most ${pool.dailyCap}`;
  }

  /** The first result of an attempt: one that was never dialled was shown to nobody. */
  ended({ campaignId, callerId, intendedAt }: CallerIdUse, { outcome }: AttemptResult): void {
    if (outcome !== 'not-dialed' || (this.#campaigns.get(campaignId)?.callerIdPool ?? '') === '') return;
    const use = this.#useOf(callerId, intendedAt);
    this.#uses.set(use, (this.#uses.get(use) ?? 1) - 1);
  }
}
