import t from 'tap';
import { MemoryStoreCore } from '../../dialer/store/memory-store.js';
import { scenarioFrom } from '../../sim/index.js';
import { VirtualRun } from '../../sim/virtual/virtual-run.js';

/** A staged campaign on a floor of all tiers, with a crash of the process while its pilot is worked. */
const scenario = scenarioFrom({
  agents: { count: 20, tiers: { expert: 0.1, experienced: 0.4 } },
  lists: [{ campaign: 'one', contacts: 3_000 }],
  campaigns: [{ id: 'one', staged: true, maximumAttempts: 2, retrySeconds: 600, wrapUpSeconds: 60 }],
  faults: { schedule: [{ at: 900, action: 'process-crash', seconds: 2 }] },
});

t.test('in the whole world a pilot is worked phase by phase, each by its own agents', async (t) => {
  // Nine in the morning in New York, where the contacts are.
  const startAt = Date.UTC(2026, 10, 18, 14);
  const begun: { readonly phase: number; readonly at: number }[] = [];
  let production = Number.POSITIVE_INFINITY;
  let crashes = -1;
  const store = new MemoryStoreCore();
  const run = new VirtualRun({
    scenario,
    seed: 'phases',
    startAt,
    store,
    observer: {
      started: () => crashes++,
      effect: (effect) => {
        if (effect.type !== 'event') return;
        const { event } = effect;
        if (event.kind === 'phase-changed' && event.change === 'begun') begun.push(event);
        if (event.kind === 'campaign-changed' && event.stage === 'production')
          production = Math.min(production, event.at);
      },
    },
  });
  run.open();
  run.runTo(startAt + 3 * 3_600_000);
  t.equal(crashes, 1);
  t.match(begun, [{ phase: 2 }], 'the second phase begins once');
  t.ok(begun[0]!.at < production, 'and production after it');
  const attempts = store.attempts({ campaignId: 'one', limit: 100_000 }).items;
  const pilot = attempts.filter(({ stage }) => stage === 'pilot');
  const tiers = (from: number, to: number): (string | undefined)[] => [
    ...new Set(
      pilot.flatMap(({ result }) =>
        result?.connectedAt !== undefined && result.connectedAt >= from && result.connectedAt < to
          ? [result.tier]
          : [],
      ),
    ),
  ];
  t.same(tiers(0, begun[0]!.at), ['experienced']);
  t.same(tiers(begun[0]!.at, production), ['ordinary']);
  const [first, second] = store.sampleReport('one')!.phases!;
  t.same([first!.contacts, second!.contacts], [75, 75]);
  t.equal(new Set(pilot.map(({ contactId }) => contactId)).size, 150, 'nobody of the sample is left out');
});
