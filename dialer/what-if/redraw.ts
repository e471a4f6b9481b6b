/** What a pilot leaves open, drawn anew: Latin hypercube draws of measured rates and means. Deterministic by seed. */
import { hashShare } from '../core/segments.js';
import { betaQuantile, normalQuantile } from '../kpi/special-functions.js';
import type { MeasuredCampaign, MeasuredTime } from './measured-campaign.js';

/** The middle of one of `draws` equally likely parts of (0, 1), in an order of its own for each name: each part once. */
export function partOf(name: string, draw: number, draws: number): number {
  const key = (i: number): number => hashShare(`${name}/${i}`);
  const own = key(draw);
  let place = 0;
  for (let i = 0; i < draws; i++) if (key(i) < own || (key(i) === own && i < draw)) place++;
  return (place + 0.5) / draws;
}

/** What was measured, with each rate and mean taken anew from what the measurement leaves open. */
export function redrawn(
  measured: MeasuredCampaign,
  draw: number,
  draws: number,
  seed: string,
): MeasuredCampaign {
  const part = (name: string): number => partOf(`${seed}/${name}`, draw, draws);
  const shares = <K extends string>(
    rates: Readonly<Record<K, number>>,
    trials: number,
  ): Record<K, number> => {
    const drawn = (Object.entries(rates) as [K, number][]).map(([name, rate]) => {
      const events = Math.round(rate * trials);
      // What was never seen stays away; half an event would be seen everywhere.
      return [
        name,
        events === 0 ? 0 : betaQuantile(part(name), events + 0.5, trials - events + 0.5),
      ] as const;
    });
    const sum = drawn.reduce((total, [, rate]) => total + rate, 0);
    return Object.fromEntries(drawn.map(([name, rate]) => [name, sum > 1 ? rate / sum : rate])) as Record<
      K,
      number
    >;
  };
  const times = Object.fromEntries(
    (Object.entries(measured.times) as [string, MeasuredTime][]).map(([name, time]) => {
      if (time.count < 2) return [name, time];
      const error = (normalQuantile(part(`time ${name}`)) * time.cv) / Math.sqrt(time.count);
      return [name, { ...time, mean: Math.max(0, time.mean * (1 + error)) }];
    }),
  ) as unknown as MeasuredCampaign['times'];
  const { count, ...said } = measured.dispositions;
  return {
    ...measured,
    rates: shares(measured.rates, measured.attempts),
    times,
    dispositions: { count, ...shares(said, count) },
  };
}
