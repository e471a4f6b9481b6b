/** Counts of a world's run and the figures that come of them. Times in seconds. */
import type { CampaignCounts, InboundCounts, WorldResult } from './pacing-world-types.js';

const MINUTE = 60;

export class WorldFigures {
  readonly #warmup: number;
  readonly #minutes: WorldResult['minutes'];
  readonly #campaigns = new Map<string, CampaignCounts>();
  readonly #inbound: InboundCounts = { arrived: 0, gaveUp: 0, waits: [] };
  readonly #totals = { attempts: 0, connects: 0, decisions: 0, lost: 0, chances: 0 };

  /** `warmup`: what happens before is left out, but for the figures by minute. */
  constructor(seconds: number, warmup: number) {
    this.#warmup = warmup;
    const minutes = Math.ceil(seconds / MINUTE) + 2;
    const row = () => new Float64Array(minutes);
    this.#minutes = { answers: row(), abandoned: row(), busy: row(), loggedIn: row() };
  }

  decided(): void {
    this.#totals.decisions++;
  }

  /** `chance`: that a person answers. */
  placed(t: number, chance: number, campaign: string | undefined): void {
    if (t < this.#warmup) return;
    this.#totals.attempts++;
    this.#totals.chances += chance;
    this.#countCampaign(campaign, 'attempts');
  }

  answered(t: number, campaign: string | undefined): void {
    this.#count(this.#minutes.answers, t);
    if (t >= this.#warmup) this.#countCampaign(campaign, 'answers');
  }

  abandoned(answeredAt: number, campaign: string | undefined): void {
    this.#count(this.#minutes.abandoned, answeredAt);
    if (answeredAt >= this.#warmup) this.#countCampaign(campaign, 'abandoned');
  }

  connected(t: number): void {
    if (t >= this.#warmup) this.#totals.connects++;
  }

  /** A call was released that a person would have answered. */
  lost(t: number): void {
    if (t >= this.#warmup) this.#totals.lost++;
  }

  inboundArrived(t: number): void {
    if (t >= this.#warmup) this.#inbound.arrived++;
  }

  /** An inbound call that arrived at `t` was taken, or its caller gave up, after `waited`. */
  inboundEnded(t: number, waited: number, gaveUp: boolean): void {
    if (t < this.#warmup) return;
    if (gaveUp) this.#inbound.gaveUp++;
    this.#inbound.waits.push(waited);
  }

  /** So many agents were busy and logged in from one time to another. */
  staffed(from: number, to: number, agentsBusy: number, agentsLoggedIn: number): void {
    const { busy, loggedIn } = this.#minutes;
    for (let t = from; t < to; ) {
      const m = Math.min(busy.length - 1, Math.floor(t / MINUTE));
      const until = Math.min(to, (Math.floor(t / MINUTE) + 1) * MINUTE);
      busy[m] = (busy[m] as number) + agentsBusy * (until - t);
      loggedIn[m] = (loggedIn[m] as number) + agentsLoggedIn * (until - t);
      t = until;
    }
  }

  #count(row: Float64Array, t: number): void {
    const m = Math.min(row.length - 1, Math.floor(t / MINUTE));
    row[m] = (row[m] as number) + 1;
  }

  #countCampaign(name: string | undefined, what: keyof CampaignCounts): void {
    if (name === undefined) return;
    const counts = this.#campaigns.get(name) ?? { attempts: 0, answers: 0, abandoned: 0 };
    counts[what]++;
    this.#campaigns.set(name, counts);
  }

  /** The figures of a run that ended at `end`. */
  report(end: number): WorldResult {
    const { answers, abandoned, busy, loggedIn } = this.#minutes;
    const first = Math.floor(this.#warmup / MINUTE);
    const last = Math.ceil(end / MINUTE);
    const total = (row: Float64Array) => row.subarray(first, last).reduce((a, b) => a + b, 0);
    const { chances, ...totals } = this.#totals;
    return {
      ...totals,
      answers: total(answers),
      abandoned: total(abandoned),
      abandonRatio: total(answers) > 0 ? total(abandoned) / total(answers) : 0,
      occupancy: total(loggedIn) > 0 ? total(busy) / total(loggedIn) : 0,
      worstHalfHour: worstHalfHour(answers, abandoned, first, last),
      minutes: this.#minutes,
      campaigns: this.#campaigns,
      inbound: this.#inbound,
      chanceDialled: totals.attempts > 0 ? chances / totals.attempts : 0,
    };
  }
}

/** Largest abandon ratio of a rolling half hour of the minutes `[first, last)` with at least 20 answers. */
function worstHalfHour(answers: Float64Array, abandoned: Float64Array, first: number, last: number): number {
  let worst = 0;
  let recentAnswers = 0;
  let recentAbandoned = 0;
  for (let m = first; m < last; m++) {
    recentAnswers += answers[m] as number;
    recentAbandoned += abandoned[m] as number;
    if (m - 30 >= first) {
      recentAnswers -= answers[m - 30] as number;
      recentAbandoned -= abandoned[m - 30] as number;
    }
    if (m - 29 >= first && recentAnswers >= 20) worst = Math.max(worst, recentAbandoned / recentAnswers);
  }
  return worst;
}
