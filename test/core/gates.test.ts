/** How often a gate errs, by simulation: the whole of it, with the extensions that it asks for itself. */
import t from 'tap';
import { decideGate, type GateDecision } from '../../dialer/core/gates.js';
import type { Measure } from '../../dialer/core/measure.js';
import type { GateConditions } from '../../dialer/core/model.js';
import { exactLowerLimit } from '../../dialer/kpi/intervals.js';
import { addKpiCounts, emptyKpiCounts } from '../../dialer/kpi/kpis.js';
import { type RandomStream, randomStream } from '../../sim/random.js';

interface Truth {
  /** Of live answers, which every contact gives. */
  readonly abandoned: number;
  /** Of right-party contacts, at the beginning and per contact of the stage that came before. */
  readonly success: number;
  readonly refusal?: number;
  readonly drift?: number;
}

/** Contacts called in one block of five minutes. */
const IN_BLOCK = 25;

/** Calls until the stage has had so many contacts. */
class Stage {
  readonly #random: RandomStream;
  readonly #truth: Truth;
  readonly #total = emptyKpiCounts();
  readonly #blocks: { at: number; counts: ReturnType<typeof emptyKpiCounts> }[] = [];
  contacts = 0;

  constructor(random: RandomStream, truth: Truth) {
    this.#random = random;
    this.#truth = truth;
  }

  call(count: number): Measure {
    const { abandoned, success, refusal = 0, drift = 0 } = this.#truth;
    for (let i = 0; i < count; i++, this.contacts++) {
      const block = Math.floor(this.contacts / IN_BLOCK);
      this.#blocks[block] ??= { at: block * 300_000, counts: emptyKpiCounts() };
      const counts = emptyKpiCounts();
      counts.attempts = 1;
      counts.answers = 1;
      if (this.#random.uniform() < abandoned) counts.abandoned = 1;
      else {
        counts.connected = 1;
        counts.contacts = 1;
        const said = this.#random.uniform();
        const rate = success + drift * this.contacts;
        if (said < rate) counts.successes = 1;
        else if (said < rate + refusal) counts.refusals = 1;
      }
      addKpiCounts(this.#blocks[block].counts, counts);
      addKpiCounts(this.#total, counts);
    }
    return { total: this.#total, blocks: this.#blocks, segments: {}, dispositions: {}, outcomes: {} };
  }
}

interface Gate {
  readonly conditions: GateConditions;
  readonly planned: number;
  readonly truth: Truth;
  readonly validation?: { readonly contacts: number; readonly truth: Truth };
}

/** Decides, and extends the sample as it asks for, until it has decided or asks no more. */
function run(seed: string, { conditions, planned, truth, validation }: Gate): GateDecision['decision'] {
  const random = randomStream(seed, 'gate');
  const stage = new Stage(random, truth);
  const best =
    validation === undefined ? undefined : new Stage(random, validation.truth).call(validation.contacts);
  let measure = stage.call(planned);
  for (let extensions = 0; ; extensions++) {
    const { decision, extension } = decideGate({
      conditions,
      measure,
      contacts: stage.contacts,
      extensions,
      ...(best === undefined ? {} : { validation: best }),
    });
    if (extension === undefined) return decision;
    // A list has an end.
    measure = stage.call(Math.min(extension.contacts, 4_000));
  }
}

function shares(name: string, runs: number, gate: Gate) {
  const found = { pass: 0, fail: 0, inconclusive: 0 };
  for (let i = 0; i < runs; i++) found[run(`${name} ${i}`, gate)]++;
  return found;
}

const RUNS = 800;
const good: Truth = { abandoned: 0.005, success: 0.2 };

/** So many wrong decisions do not contradict an error of at most 5 %, at 99 %. */
function within(events: number): boolean {
  return exactLowerLimit({ events, trials: RUNS }, 0.99) <= 0.05;
}

t.test(
  'a campaign just not good enough passes in at most 5 % of cases, and one just good enough fails in as many',
  (t) => {
    const cases: Readonly<Record<string, Gate>> = {
      'success rate on its target': {
        conditions: { minimumSuccessRate: 0.1 },
        planned: 300,
        truth: { ...good, success: 0.1 },
      },
      'abandon rate on its limit': {
        conditions: { maximumAbandonRatio: 0.03 },
        planned: 300,
        truth: { ...good, abandoned: 0.03 },
      },
      'refusal rate on its limit, looked at up to eleven times': {
        conditions: { maximumRefusalRate: 0.3, maximumExtensions: 10 },
        planned: 100,
        truth: { ...good, refusal: 0.3 },
      },
      'one look only': {
        conditions: { minimumSuccessRate: 0.2, maximumExtensions: 0 },
        planned: 250,
        truth: good,
      },
      'the pilot as far below the validation as it may be': {
        conditions: { maximumSuccessGap: 0.1 },
        planned: 300,
        truth: { ...good, success: 0.2 },
        validation: { contacts: 200, truth: { ...good, success: 0.3 } },
      },
      'the same with ten extensions': {
        conditions: { maximumSuccessGap: 0.1, maximumExtensions: 10 },
        planned: 150,
        truth: { ...good, success: 0.2 },
        validation: { contacts: 400, truth: { ...good, success: 0.3 } },
      },
    };
    for (const [name, gate] of Object.entries(cases)) {
      const { pass, fail } = shares(name, RUNS, gate);
      t.ok(within(pass), `${name}: passed ${pass} of ${RUNS}`);
      t.ok(within(fail), `${name}: failed ${fail} of ${RUNS}`);
    }
    t.end();
  },
);

t.test('one bad goal among good ones lets the gate pass in at most 5 % of cases', (t) => {
  const { pass } = shares('one of three', RUNS, {
    conditions: { maximumAbandonRatio: 0.03, minimumSuccessRate: 0.1, stableSuccessRate: true },
    planned: 400,
    truth: { ...good, abandoned: 0.03 },
  });
  t.ok(within(pass), `passed ${pass} of ${RUNS}`);
  t.end();
});

t.test(
  'a steady success rate fails the gate in at most 5 % of cases, looked at again with every extension',
  (t) => {
    // The other goal is on its limit, so that the sample is extended nearly always.
    const conditions: GateConditions = {
      stableSuccessRate: true,
      maximumAbandonRatio: 0.05,
      maximumExtensions: 6,
    };
    const gate: Gate = { conditions, planned: 300, truth: { ...good, abandoned: 0.05 } };
    const alone = shares('without', RUNS, {
      ...gate,
      conditions: { ...conditions, stableSuccessRate: false },
    });
    const both = shares('without', RUNS, gate);
    t.ok(
      within(Math.max(0, both.fail - alone.fail)),
      `failed ${both.fail}, of these ${alone.fail} for the other goal`,
    );
    const drifting = shares('drifting', 200, {
      conditions: { stableSuccessRate: true },
      planned: 1_000,
      truth: { ...good, success: 0.3, drift: -0.0002 },
    });
    t.ok(drifting.fail > 190, `a falling one fails: ${drifting.fail} of 200`);
    t.end();
  },
);

t.test('a campaign that is good passes, one that is bad fails, and both mostly without an operator', (t) => {
  const conditions: GateConditions = {
    maximumAbandonRatio: 0.03,
    minimumSuccessRate: 0.15,
    maximumSuccessGap: 0.1,
  };
  const validation = { contacts: 300, truth: good };
  const fine = shares('fine', 200, { conditions, planned: 500, truth: good, validation });
  t.ok(fine.pass >= 180, `passed ${fine.pass} of 200`);
  t.equal(fine.fail, 0);
  const poor = shares('poor', 200, {
    conditions,
    planned: 500,
    truth: { ...good, success: 0.08 },
    validation,
  });
  t.ok(poor.fail >= 190, `failed ${poor.fail} of 200`);
  t.equal(poor.pass, 0);
  t.end();
});

t.test('with no data a condition is open, without a figure that is not a number', (t) => {
  const measure = new Stage(randomStream('none', 'gate'), good).call(0);
  const conditions: GateConditions = {
    maximumAbandonRatio: 0.03,
    minimumContactRate: 0.1,
    minimumSuccessRate: 0.1,
    maximumRefusalRate: 0.5,
    maximumOptOutRate: 0.1,
    maximumSuccessGap: 0.05,
    stableSuccessRate: true,
  };
  for (const contacts of [0, 50]) {
    const decided = decideGate({ conditions, measure, contacts, extensions: 0 });
    t.equal(decided.decision, 'inconclusive', 'no silent pass');
    t.equal(decided.extension, undefined);
    t.equal(decided.conditions.length, 7);
    t.same(
      decided.said.map(({ code }) => code),
      [
        'nothing_at_most',
        'nothing_at_least',
        'nothing_at_least',
        'nothing_at_most',
        'nothing_at_most',
        'gap_nothing',
        'stable_few_periods',
      ],
    );
    for (const { verdict, text, interval } of decided.conditions) {
      t.equal(verdict, 'inconclusive');
      t.match(text, /nothing to judge|nothing to compare|periods with data/);
      t.ok(Number.isFinite(interval.low) && Number.isFinite(interval.high));
    }
    t.notMatch(JSON.stringify(decided), /NaN|null|Infinity/);
  }
  t.end();
});
