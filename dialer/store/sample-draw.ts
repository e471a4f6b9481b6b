/**
 * The stage samples of a campaign: contacts in the order of a keyed hash of their id, by stratum in proportion. The same
 * seed, list and configuration give the same samples in every backend; a hash over all three freezes them.
 */
import { createHash } from 'node:crypto';
import type { SampleReport, SamplingSettings, StageName, StagePhase, StagePlan } from '../core/model.js';
import { planSample, type SamplePlan } from '../core/sample-plan.js';
import { staffOf } from '../core/staffing.js';

export type SampleSizes = Readonly<Record<StageName, number>>;

/** A contact that may be drawn. */
export interface SampleMember {
  readonly id: string;
  /** Values of its strata fields, one after the other; the empty string where there are no strata. */
  readonly stratum: string;
}

export interface DrawnSamples {
  readonly sizes: SampleSizes;
  readonly validation: readonly string[];
  /** The pilot's contacts by phase: one part where it has no phases. */
  readonly phases: readonly (readonly string[])[];
  readonly report: SampleReport;
}

/** Strata that the coverage lists singly. */
const STRATA_LISTED = 300;
/** Shown for a contact without a value. */
const NO_VALUE = '–';
/** What a stratum's parts are joined with. */
const BETWEEN = ' / ';

/** The stratum of a contact by the campaign's strata fields; a missing value is shown as `–`. */
export function stratumOf(
  strata: readonly string[],
  contact: {
    readonly region: string;
    readonly timeZone: string;
    readonly fields: Readonly<Record<string, string>>;
  },
): string {
  return strata
    .map((field) =>
      field === 'region'
        ? contact.region
        : field === 'timeZone'
          ? contact.timeZone
          : (contact.fields[field] ?? ''),
    )
    .map((value) => (value === '' ? NO_VALUE : value))
    .join(BETWEEN);
}

/** Draws the samples from the contacts that can still be drawn, of a list of `total`. */
export function drawStages(
  request: {
    readonly seed: string;
    readonly stages: Readonly<Record<StageName, StagePlan>>;
    readonly sampling?: SamplingSettings;
  },
  members: readonly SampleMember[],
  total: number,
): DrawnSamples {
  const { seed, stages, sampling } = request;
  const plans = {
    validation: planSample(stages.validation, total, sampling?.expected),
    pilot: planSample(stages.pilot, total, sampling?.expected),
  };
  const empty = emptyStrata(sampling?.strata ?? [], members);
  const validationSize = Math.min(plans.validation.contacts, members.length);
  const pilotSize = Math.min(plans.pilot.contacts, members.length - validationSize);
  const byStratum = new Map<string, string[]>();
  for (const { id, stratum } of members) {
    const ids = byStratum.get(stratum);
    if (ids === undefined) byStratum.set(stratum, [id]);
    else ids.push(id);
  }
  const strata = [...byStratum].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const counts = strata.map(([, ids]) => ids.length);
  const minimum = sampling?.minimumPerStratum ?? 0;
  const forValidation = allocate(counts, validationSize, minimum);
  const left = counts.map((count, i) => count - (forValidation[i] ?? 0));
  const forPilot = allocate(left, pilotSize, minimum);
  const ofPhases = splitPhases(stages.pilot.phases ?? [], forPilot);
  const validation: string[] = [];
  const phases: string[][] = ofPhases.map(() => []);
  strata.forEach(([, ids], i) => {
    const first = forValidation[i] ?? 0;
    const drawn = drawFirst(seed, ids, first + (forPilot[i] ?? 0));
    validation.push(...drawn.slice(0, first));
    let from = first;
    for (const [phase, sizes] of ofPhases.entries()) {
      const to = from + (sizes[i] ?? 0);
      phases[phase]?.push(...drawn.slice(from, to));
      from = to;
    }
  });
  const phased = stages.pilot.phases !== undefined;
  const hash = createHash('sha256').update(JSON.stringify({ seed, stages, sampling, total }));
  for (const { id, stratum } of members) hash.update(`\n${id} ${stratum}`);
  const rows = strata.map(([stratum, ids], i) => ({
    stratum,
    contacts: ids.length,
    validation: forValidation[i] ?? 0,
    pilot: forPilot[i] ?? 0,
    ...(phased && { phases: ofPhases.map((sizes) => sizes[i] ?? 0) }),
  }));
  return {
    sizes: {
      validation: validation.length,
      pilot: pilotSize,
      production: total - validation.length - pilotSize,
    },
    validation,
    phases,
    report: {
      seed,
      hash: hash.digest('hex'),
      list: total,
      plans: {
        validation: withRemarks(plans.validation, validationSize, empty),
        pilot: withRemarks(plans.pilot, pilotSize, empty),
      },
      strata: sampling?.strata ?? [],
      ...(phased && {
        phases: (stages.pilot.phases ?? []).map((_, phase) => ({
          ...staffOf(stages.pilot, phase),
          contacts: phases[phase]?.length ?? 0,
        })),
      }),
      coverage: folded(rows),
    },
  };
}

/** Strata fields that no contact has a value for: a column's name mistyped, most likely. */
function emptyStrata(strata: readonly string[], members: readonly SampleMember[]): string[] {
  if (members.length === 0) return [];
  const parts = [...new Set(members.map(({ stratum }) => stratum))].map((stratum) => stratum.split(BETWEEN));
  return strata.filter((_, i) =>
    parts.every((values) => values.length === strata.length && values[i] === NO_VALUE),
  );
}

/** The plan with what it cannot do said: fewer contacts than planned were left, or a field divides nothing. */
function withRemarks(plan: SamplePlan, drawn: number, empty: readonly string[]): SamplePlan {
  const remarks = [plan.text];
  if (drawn < plan.contacts)
    remarks.push(
      `only ${drawn} contacts are left to draw: the rest is in the validation, or may not be drawn`,
    );
  for (const field of drawn === 0 ? [] : empty)
    remarks.push(
      `no contact of the list has a value for "${field}", so that it divides nothing: check the name of the column`,
    );
  return { ...plan, text: remarks.join('; ') };
}

/**
 * Contacts of each phase by stratum, from the contacts of the sample by stratum: each phase in proportion to what the ones
 * before it have left of every stratum, so that each covers the list as the whole sample does.
 */
function splitPhases(phases: readonly StagePhase[], sample: readonly number[]): readonly number[][] {
  const left = [...sample];
  let shares = phases.reduce((sum, { share }) => sum + share, 0);
  return (phases.length === 0 ? [{ share: 1 }] : phases).map(({ share }, phase) => {
    const contacts = left.reduce((sum, count) => sum + count, 0);
    const last = phase >= phases.length - 1;
    const wanted = last ? contacts : Math.round((contacts * share) / shares);
    shares -= share;
    const given = allocate(left, wanted, 0);
    given.forEach((count, i) => {
      left[i] = (left[i] ?? 0) - count;
    });
    return given;
  });
}

function folded(rows: SampleReport['coverage']): SampleReport['coverage'] {
  if (rows.length <= STRATA_LISTED) return rows;
  const rest = {
    stratum: `${rows.length - STRATA_LISTED} more strata`,
    contacts: 0,
    validation: 0,
    pilot: 0,
  };
  const phases = rows[0]?.phases?.map((_, i) =>
    rows.slice(STRATA_LISTED).reduce((sum, row) => sum + (row.phases?.[i] ?? 0), 0),
  );
  for (const row of rows.slice(STRATA_LISTED)) {
    rest.contacts += row.contacts;
    rest.validation += row.validation;
    rest.pilot += row.pilot;
  }
  return [...rows.slice(0, STRATA_LISTED), { ...rest, ...(phases === undefined ? {} : { phases }) }];
}

/**
 * Shares `wanted` out over strata of these sizes in proportion, by largest remainder, with at least `minimum` of each
 * that has them. Where the minima alone are more than `wanted` they are met as far as it goes, the largest stratum first.
 */
export function allocate(counts: readonly number[], wanted: number, minimum: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const size = Math.min(wanted, total);
  if (size === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (size * count) / total);
  const given = exact.map(Math.floor);
  let rest = size - given.reduce((sum, count) => sum + count, 0);
  const byRemainder = exact
    .map((share, i) => ({ i, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder) {
    if (rest === 0) break;
    if ((given[i] ?? 0) < (counts[i] ?? 0)) {
      given[i] = (given[i] ?? 0) + 1;
      rest--;
    }
  }
  if (minimum <= 0) return given;
  const least = counts.map((count) => Math.min(minimum, count));
  for (let i = 0; i < given.length; i++) {
    while ((given[i] ?? 0) < (least[i] ?? 0)) {
      // Taken from whoever is furthest above its own share and minimum.
      let from = -1;
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < given.length; k++) {
        const spare = (given[k] ?? 0) - Math.max(least[k] ?? 0, 0);
        if (spare <= 0) continue;
        const over = (given[k] ?? 0) - (exact[k] ?? 0);
        if (over > most || (over === most && (given[k] ?? 0) > (given[from] ?? 0))) {
          most = over;
          from = k;
        }
      }
      if (from < 0) return given;
      given[from] = (given[from] ?? 0) - 1;
      given[i] = (given[i] ?? 0) + 1;
    }
  }
  return given;
}

/** The `count` ids that come first in the seed's order, in that order. */
export function drawFirst(seed: string, ids: readonly string[], count: number): string[] {
  if (count <= 0) return [];
  const ranks = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i += 1) ranks[i] = keyedRank(seed, ids[i] ?? '');
  // Sorting the bare ranks is cheap even for a million; only the drawn ones are sorted with their ids.
  const threshold = ranks.slice().sort()[Math.min(count, ids.length) - 1] ?? 0;
  const drawn: { readonly id: string; readonly rank: number; readonly position: number }[] = [];
  for (let i = 0; i < ids.length; i += 1) {
    const rank = ranks[i] ?? 0;
    if (rank <= threshold) drawn.push({ id: ids[i] ?? '', rank, position: i });
  }
  drawn.sort((a, b) => a.rank - b.rank || a.position - b.position);
  return drawn.slice(0, count).map(({ id }) => id);
}

/** 53 bits of a hash of seed and id: two 32-bit lanes, mixed as MurmurHash3 finishes its own. */
function keyedRank(seed: string, id: string): number {
  let low = 0x2545f491;
  let high = 0x9e3779b9;
  for (const text of [seed, '/', id]) {
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      low = Math.imul(low ^ unit, 0x01000193);
      high = Math.imul(high ^ unit, 0x5bd1e995);
      low ^= high >>> 15;
      high ^= low >>> 13;
    }
  }
  return (finish(high) >>> 11) * 0x1_0000_0000 + finish(low ^ high);
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
