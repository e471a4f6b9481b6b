/**
 * When calls answer: dial latency, ring time of answers and of everything else, learned from events.
 *
 * The age of a ringing call says much about it: people answer early, machines late, and the rest never.
 * An answer chance p at age a becomes p (G(a+u) - G(a)) / (p (1 - G(a)) + (1 - p) (1 - H(a))) within u,
 * with G the distribution of answers' ring time and H that of other ends.
 */
import { gammaCdf } from './distributions.js';

/** Width of a time bin, seconds. */
export const RING_STEP = 0.25;
/** Ring ages are kept to 75 s. */
export const ringBins = 300;
/** Dial latency is kept to 20 s. */
export const setupBins = 80;

/** Fading histogram of durations over equal bins. */
class Histogram {
  readonly mass: Float64Array;
  #weight = 1;
  #total = 0;
  readonly #bins: number;
  constructor(bins: number) {
    this.#bins = bins;
    this.mass = new Float64Array(bins);
  }
  get total(): number {
    return this.#total / this.#weight;
  }
  add(seconds: number, amount: number, memory: number): void {
    this.addBin(Math.floor(seconds / RING_STEP + 1e-6), amount, memory);
  }
  addBin(bin: number, amount: number, memory: number): void {
    if (memory > 0) this.#weight *= 1 + amount / memory;
    if (this.#weight > 1e6) {
      for (let i = 0; i < this.#bins; i++) this.mass[i] = (this.mass[i] as number) / this.#weight;
      this.#total /= this.#weight;
      this.#weight = 1;
    }
    const b = Math.max(0, Math.min(this.#bins - 1, bin));
    this.mass[b] = (this.mass[b] as number) + amount * this.#weight;
    this.#total += amount * this.#weight;
  }
  /** Weight of a bin on the scale of `total`. */
  at(bin: number): number {
    return (this.mass[bin] as number) / this.#weight;
  }
}

/** Cumulative distribution at the left edge of each bin, after smoothing by a triangle of `halfWidth` bins. */
function cumulate(h: Histogram, halfWidth: number, out: Float64Array): void {
  const bins = out.length - 1;
  const w = Math.max(1, Math.round(halfWidth));
  const total = h.total;
  out.fill(0);
  for (let b = 0; b < bins; b++) {
    const m = h.at(b);
    if (m === 0) continue;
    for (let d = 1 - w; d < w; d++) {
      // What would fall off the ends stays at them.
      const to = Math.max(0, Math.min(bins - 1, b + d));
      out[to + 1] = (out[to + 1] as number) + (m * (w - Math.abs(d))) / (w * w);
    }
  }
  for (let b = 1; b <= bins; b++) out[b] = (out[b - 1] as number) + (out[b] as number) / total;
}

export class RingModel {
  /** Ring time of answers, of people among them, and of other ends; dial latency; time to a failure without ringing. */
  readonly #answers = new Histogram(ringBins);
  readonly #people = new Histogram(ringBins);
  readonly #machines = new Histogram(ringBins);
  readonly #others = new Histogram(ringBins);
  readonly #setup = new Histogram(setupBins);
  readonly #failures = new Histogram(setupBins);
  readonly answered = new Float64Array(ringBins + 1);
  readonly ended = new Float64Array(ringBins + 1);
  readonly setup = new Float64Array(setupBins + 1);
  readonly failed = new Float64Array(setupBins + 1);
  /** Answer time after placing, of one that will be answered (by bins), and of people only. */
  readonly fresh = new Float64Array(ringBins + 1);
  readonly freshPeople = new Float64Array(ringBins + 1);
  readonly #peopleShare = new Float64Array(ringBins).fill(1);
  #memory = 3000;
  #rang = 1;
  #unrung = 0;
  #failedShare = 0.05;

  constructor() {
    // To begin with: rings of ten seconds on average, other ends spread from 12 to 40 s. Worth a few calls.
    const gamma = (x: number) => gammaCdf(x, 4, 2.5);
    for (let b = 0; b < ringBins; b++) {
      const x = b * RING_STEP;
      const m = gamma(x + RING_STEP) - gamma(x);
      if (m > 1e-6) this.#answers.addBin(b, 25 * m, 0);
      if (x >= 12 && x < 40) this.#others.addBin(b, (5 * RING_STEP) / 28, 0);
    }
    for (let b = 0; b < 16; b++) this.#setup.addBin(b, 0.5, 0);
    for (let b = 4; b < 28; b++) this.#failures.addBin(b, 0.1, 0);
    this.rebuild();
  }

  setMemory(agents: number): void {
    this.#memory = Math.max(3000, 20 * agents);
  }

  /** True when the switch does not report ringing: ring time then starts at the placing. */
  get ringsUnseen(): boolean {
    return this.#unrung > this.#rang;
  }

  /** Share of attempts that fail before they ring. */
  get failedShare(): number {
    return this.#failedShare;
  }

  rang(latency: number): void {
    this.#setup.add(latency, 1, this.#memory);
  }

  /** Bin of an answer's ring time, to be kept with the call until its disposition. */
  answer(ringSeconds: number, rang: boolean): number {
    this.#answers.add(ringSeconds, 1, this.#memory);
    if (rang) this.#rang = this.#rang * 0.99 + 1;
    else this.#unrung = this.#unrung * 0.99 + 1;
    this.#countRang();
    return Math.max(0, Math.min(ringBins - 1, Math.floor(ringSeconds / RING_STEP + 1e-6)));
  }

  /** Ended unanswered after ringing. */
  end(ringSeconds: number): void {
    this.#others.add(ringSeconds, 1, this.#memory);
    this.#countRang();
  }

  /**
   * Released at this ring age. It was not seen to the end, so it counts in parts: by the chance of an answer
   * still to come (returned) at the times when that would have come, and for the rest as another end.
   */
  released(ringSeconds: number, answerRate: number): number {
    const age = Math.max(0, Math.min(ringBins - 1, Math.floor(ringSeconds / RING_STEP + 1e-6)));
    const chance = this.answerWithin(this.chanceOnceRinging(answerRate), age, ringBins);
    const left = 1 - (this.answered[age] as number);
    if (left > 1e-9) {
      for (let b = age; b < ringBins; b++) {
        const share = ((this.answered[b + 1] as number) - (this.answered[b] as number)) / left;
        if (share * chance > 1e-6) this.#answers.addBin(b, share * chance, this.#memory);
      }
    }
    const others = 1 - (this.ended[age] as number);
    for (let b = age; b < ringBins && others > 1e-9; b++) {
      const share = ((this.ended[b + 1] as number) - (this.ended[b] as number)) / others;
      if (share > 1e-6) this.#others.addBin(b, share * (1 - chance), this.#memory);
    }
    this.#countRang();
    return chance;
  }

  /** Share of answers that come after this many seconds of ringing. */
  answeredAfter(seconds: number): number {
    return 1 - (this.answered[Math.min(ringBins, Math.max(0, Math.round(seconds / RING_STEP)))] as number);
  }

  /** Answer chance of a call once it rings, from its chance when placed: failures are behind it. */
  chanceOnceRinging(p: number): number {
    return this.ringsUnseen ? p : Math.min(0.98, p / (1 - this.#failedShare));
  }

  /** Ended without ringing. */
  fail(seconds: number): void {
    this.#failures.add(seconds, 1, this.#memory);
    this.#failedShare += (1 - this.#failedShare) / 500;
  }

  #countRang(): void {
    this.#failedShare -= this.#failedShare / 500;
  }

  disposition(bin: number, human: boolean): void {
    (human ? this.#people : this.#machines).addBin(bin, 1, this.#memory);
  }

  /** P(a person, given an answer at this ring bin). */
  peopleShare(bin: number): number {
    return this.#peopleShare[bin] as number;
  }

  /** Computes the distribution functions anew. */
  rebuild(): void {
    const smooth = (n: number) => 10 * (Math.max(50, n) / 50) ** (-1 / 3);
    cumulate(this.#answers, smooth(this.#answers.total), this.answered);
    cumulate(this.#others, Math.min(4, smooth(this.#others.total)), this.ended);
    cumulate(this.#setup, 2, this.setup);
    cumulate(this.#failures, 2, this.failed);
    const machines = this.#machines.total;
    for (let b = 0; b < ringBins; b++) {
      if (machines < 1) {
        this.#peopleShare[b] = 1;
        continue;
      }
      // Neighbouring bins within 1.5 s are pooled; the overall share fills in where little was seen.
      const overall = (this.#people.total + 1) / (this.#people.total + machines + 1);
      let people = 2 * overall;
      let all = 2;
      for (let d = Math.max(0, b - 6); d <= Math.min(ringBins - 1, b + 6); d++) {
        const h = this.#people.at(d);
        people += h;
        all += h + this.#machines.at(d);
      }
      this.#peopleShare[b] = people / all;
    }
    const { fresh, freshPeople, setup, answered } = this;
    fresh.fill(0);
    freshPeople.fill(0);
    if (this.ringsUnseen) {
      for (let b = 1; b <= ringBins; b++) fresh[b] = (answered[b] as number) - (answered[b - 1] as number);
      for (let b = 1; b <= ringBins; b++) freshPeople[b] = (fresh[b] as number) * this.peopleShare(b - 1);
    } else {
      for (let i = 0; i < setupBins; i++) {
        const m = (setup[i + 1] as number) - (setup[i] as number);
        if (m < 1e-9) continue;
        for (let b = 0; b + i < ringBins; b++) {
          const g = m * ((answered[b + 1] as number) - (answered[b] as number));
          fresh[b + i + 1] = (fresh[b + i + 1] as number) + g;
          freshPeople[b + i + 1] = (freshPeople[b + i + 1] as number) + g * this.peopleShare(b);
        }
      }
    }
    let people = 0;
    for (let b = 1; b <= ringBins; b++) people += freshPeople[b] as number;
    for (let b = 1; b <= ringBins; b++) {
      fresh[b] = (fresh[b - 1] as number) + (fresh[b] as number);
      freshPeople[b] = (freshPeople[b - 1] as number) + (freshPeople[b] as number) / Math.max(people, 1e-9);
    }
  }

  /** Seconds at which the person who answers a call placed now does so, as the middles of `n` equal shares. */
  answerTimes(n: number): number[] {
    const times: number[] = [];
    let b = 0;
    for (let k = 0; k < n; k++) {
      const share = (k + 0.5) / n;
      while (b < ringBins && (this.freshPeople[b + 1] as number) < share) b++;
      times.push((b + 0.5) * RING_STEP);
    }
    return times;
  }

  /** P(answered within `ahead` bins | ringing for `age` bins, answer chance p of one that rings). */
  answerWithin(p: number, age: number, ahead: number): number {
    const a = Math.min(age, ringBins);
    const b = Math.min(a + ahead, ringBins);
    const g = this.answered[a] as number;
    const left = p * (1 - g) + (1 - p) * (1 - (this.ended[a] as number));
    return left > 1e-9 ? (p * ((this.answered[b] as number) - g)) / left : 0;
  }
}
