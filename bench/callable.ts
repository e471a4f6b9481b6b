/**
 * The question who of a list may be called (`tactus callable`), over the SQLite store: how long it takes, and how long it
 * keeps the event loop and the store from other work while it goes on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gateOf } from '../dialer/core/campaigns.js';
import { callableContacts } from '../dialer/evidence/index.js';
import { openStore } from '../dialer/store/index.js';
import { fillStore, productionCampaign } from './loaded-store.js';
import { type BenchOptions, type BenchTable, runDirectly, say } from './table.js';

export async function rows({ quick }: BenchOptions): Promise<BenchTable[]> {
  const contacts = quick ? 50_000 : 1_000_000;
  const folder = await mkdtemp(join(tmpdir(), 'tactus-callable-'));
  try {
    const file = join(folder, 'store.db');
    const settings = productionCampaign('spring', { purpose: 'sales' });
    say(`filling a store with ${contacts} contacts`);
    await fillStore(file, settings, contacts);
    const store = await openStore(`sqlite:${file}`);
    const world = {
      settings,
      gate: gateOf(settings, false),
      emergencyAreas: [],
      registries: [],
      standings: [],
      listsOf: () => [],
    };
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const waits: number[] = [];
    let done = false;
    // Another's small write meanwhile: what the engine would wait for.
    const others = (async () => {
      while (!done) {
        const from = performance.now();
        await store.check();
        waits.push(performance.now() - from);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    delay.enable();
    const processor = process.cpuUsage();
    const from = performance.now();
    const report = await callableContacts(store, world, Date.now());
    const seconds = (performance.now() - from) / 1000;
    const { user, system } = process.cpuUsage(processor);
    delay.disable();
    done = true;
    await others;
    await store.close();
    waits.sort((a, b) => a - b);
    const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0;
    return [
      {
        title: 'Who of a list may be called',
        columns: ['', 'value'],
        rows: [
          ['contacts', report.contacts],
          ['seconds', seconds.toFixed(1)],
          ['seconds of one core, both threads', ((user + system) / 1e6).toFixed(1)],
          ['contacts a second', Math.round(report.contacts / seconds)],
          ['event loop held up, p99 ms', (delay.percentile(99) / 1e6).toFixed(1)],
          ["another's commit meanwhile, median ms", (waits[waits.length >> 1] ?? 0).toFixed(1)],
          ["another's commit meanwhile, p99 ms", p99.toFixed(1)],
        ],
        notes: [
          `${report.callableNow} callable now, ${report.later} later, ${report.never} never; one number each, no attempts, no registries.`,
        ],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await runDirectly(import.meta.url, rows);
