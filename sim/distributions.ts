/** Distributions of times as a scenario states them. Values are seconds unless the field says otherwise. */
import type { RandomStream } from './random.js';

/**
 * `mean` and `cv` (standard deviation ÷ mean) describe the whole value: with a `minimum` the value is the minimum
 * plus a lognormal or gamma rest. Values above `maximum` are drawn again.
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | {
      readonly kind: 'lognormal' | 'gamma';
      readonly mean: number;
      readonly cv: number;
      readonly minimum?: number;
      readonly maximum?: number;
    };

/** Draws a value. */
export type Sampler = (stream: RandomStream) => number;

/** Tries before a truncated distribution settles for its maximum. */
const TRIES = 64;

export function sampler(distribution: Distribution): Sampler {
  switch (distribution.kind) {
    case 'constant': {
      const { value } = distribution;
      return () => value;
    }
    case 'uniform': {
      const { from, to } = distribution;
      return (stream) => stream.between(from, to);
    }
    case 'exponential': {
      const { mean } = distribution;
      return (stream) => stream.exponential(mean);
    }
    case 'lognormal':
    case 'gamma': {
      const minimum = distribution.minimum ?? 0;
      const maximum = distribution.maximum ?? Number.POSITIVE_INFINITY;
      const mean = distribution.mean - minimum;
      const cv = (distribution.cv * distribution.mean) / mean;
      const gamma = distribution.kind === 'gamma';
      return (stream) => {
        for (let tries = 0; tries < TRIES; tries++) {
          const value = minimum + (gamma ? stream.gamma(mean, cv) : stream.lognormal(mean, cv));
          if (value <= maximum) return value;
        }
        return maximum;
      };
    }
  }
}

/** Mean without truncation. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.from + distribution.to) / 2;
    default:
      return distribution.mean;
  }
}
