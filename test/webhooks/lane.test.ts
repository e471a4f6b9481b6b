/** What one webhook's deliveries live through: restarts, a failing store, an overload, chance in the waits. */
import t from 'tap';
import { DEFAULT_WEBHOOK_OPTIONS, retryDelay } from '../../api/webhooks/options.js';
import { Webhooks } from '../../api/webhooks/webhooks.js';
import type { JournalledEvent } from '../../dialer/events/domain-events.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';
import type { StoredWebhook } from '../../dialer/store/webhooks.js';
import { until } from '../api/harness.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const webhook = (url: string): StoredWebhook => ({
  id: 'w',
  url,
  kinds: ['switch-changed'],
  description: '',
  secret: 'whsec_test',
  createdAt: 0,
  position: 0,
});

/** A journal that the test writes, in front of the store's deliveries. */
class Journal {
  readonly store = new MemoryStore();
  readonly #events: JournalledEvent[] = [];
  readonly #wake = new Set<() => void>();

  add(count: number, kind: 'switch-changed' | 'resynchronised' = 'switch-changed'): void {
    for (let i = 0; i < count; i++) {
      const sequence = this.#events.length + 1;
      const common = { at: Date.now(), switchId: 'fs1' };
      this.#events.push({
        sequence,
        event:
          kind === 'switch-changed'
            ? { ...common, kind, connected: true, reason: '' }
            : { ...common, kind, discrepancies: 0, orphans: 0 },
      });
    }
    for (const wake of [...this.#wake]) wake();
  }

  readonly events = {
    after: async (position: number) => this.#events.slice(position, position + 500),
    onNews: (listener: () => void) => {
      this.#wake.add(listener);
      return () => this.#wake.delete(listener);
    },
  };
}

async function service(journal: Journal, options: object = {}, store: object = {}) {
  const errors: unknown[] = [];
  const webhooks = new Webhooks({
    events: journal.events,
    store: Object.assign(Object.create(journal.store), store),
    version: 'test',
    options: { firstRetryMilliseconds: 10, longestRetryMilliseconds: 40, ...options },
    onError: (error) => errors.push(error),
  });
  await webhooks.start();
  return { webhooks, errors };
}

async function setUp(t: { teardown(f: () => unknown): void }) {
  const receiver = await WebhookReceiver.start();
  const journal = new Journal();
  await journal.store.saveWebhook(webhook(receiver.url));
  t.teardown(() => receiver.close());
  return { receiver, journal };
}

const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const sorted = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);

t.test(
  'a restart goes on where it was: nothing is lost, and what had arrived does not come again',
  async (t) => {
    const { receiver, journal } = await setUp(t);
    // Waits long enough that nothing is under way at the stop.
    const first = await service(journal, { firstRetryMilliseconds: 3_000, longestRetryMilliseconds: 3_000 });
    journal.add(45);
    await until(() => receiver.received.length === 45, 'the first events arrive');
    await until(() => first.webhooks.find('w')?.position === 45, 'its place is stored');
    // Away: some fail and wait, others are not even read.
    receiver.react = () => 500;
    journal.add(5);
    await until(() => (first.webhooks.figures()[0]?.retrying ?? 0) === 5, 'the failed ones wait');
    await first.webhooks.close();
    journal.add(5);
    receiver.received.length = 0;
    receiver.react = () => 200;
    const second = await service(journal);
    await until(() => receiver.received.length >= 10, 'all that is left arrives');
    await until(() => second.webhooks.figures()[0]?.retrying === 0, 'nothing waits');
    await second.webhooks.close();
    t.same(sorted(receiver.sequences()), [46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
    t.equal(receiver.received.length, 10, 'each once');
    t.match(await journal.store.webhooks(), [{ position: 55 }]);
  },
);

t.test('a stop in the middle of a delivery has it sent again: at least once', async (t) => {
  const { receiver, journal } = await setUp(t);
  receiver.react = () => 'hang';
  const first = await service(journal);
  journal.add(2);
  await until(() => receiver.received.length === 2, 'both are under way');
  await first.webhooks.close();
  t.match(await journal.store.webhooks(), [{ position: 0 }]);
  t.same((await journal.store.webhookDeliveries({ webhookId: 'w', limit: 10 })).items, []);
  receiver.react = () => 200;
  const second = await service(journal);
  await until(() => receiver.received.length === 4, 'both come again');
  await second.webhooks.close();
  t.same(receiver.sequences().sort(), [1, 1, 2, 2]);
});

t.test('a store that fails for a while delays, and has nothing sent twice or lost', async (t) => {
  const { receiver, journal } = await setUp(t);
  let failing = 1;
  const settleDeliveries = (...parameters: Parameters<MemoryStore['settleDeliveries']>) =>
    failing-- > 0 ? Promise.reject(new Error('disk full')) : journal.store.settleDeliveries(...parameters);
  const { webhooks, errors } = await service(journal, {}, { settleDeliveries });
  journal.add(3);
  await until(() => webhooks.find('w')?.position === 3, 'its place is stored');
  t.equal(errors.length, 1);
  t.same(receiver.sequences(), [1, 2, 3]);
  await webhooks.close();
});

t.test('beyond what may wait the journal is not read on, and goes on when there is room', async (t) => {
  const { receiver, journal } = await setUp(t);
  receiver.react = () => 503;
  const { webhooks } = await service(journal, { mostRetrying: 6, mostAttempts: 1_000 });
  journal.add(30);
  await until(() => webhooks.figures()[0]?.retrying === 6, 'no more may wait');
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.equal(Math.max(...receiver.sequences()), 6);
  t.ok((webhooks.figures()[0]?.oldestAt ?? 0) > 0);
  receiver.react = () => 200;
  await until(() => webhooks.find('w')?.position === 30, 'the rest is read');
  await until(() => webhooks.figures()[0]?.retrying === 0, 'all arrives');
  t.same(sorted(receiver.sequences()), all(30));
  await webhooks.close();
});

t.test('events that nobody asked for move the place on, which is stored now and then', async (t) => {
  const { receiver, journal } = await setUp(t);
  const { webhooks } = await service(journal);
  journal.add(1_200, 'resynchronised');
  journal.add(1);
  await until(() => receiver.received.length === 1, 'the one arrives');
  t.same(receiver.sequences(), [1_201]);
  await until(() => webhooks.find('w')?.position === 1_201, 'its place is stored');
  t.equal(webhooks.figures()[0]?.oldestAt, undefined);
  await webhooks.close();
});

t.test('waits double up to a bound, and their second half is by chance', async (t) => {
  const at = (attempts: number, random: number) =>
    retryDelay(attempts, { ...DEFAULT_WEBHOOK_OPTIONS, random: () => random });
  t.same(
    [1, 2, 3, 4].map((attempts) => at(attempts, 0)),
    [2_500, 5_000, 10_000, 20_000],
  );
  t.same(
    [1, 2].map((attempts) => at(attempts, 0.5)),
    [3_750, 7_500],
  );
  t.equal(at(23, 0), 1_800_000);
  t.equal(at(1_000, 0.999_999), 3_599_998);
  const total = all(DEFAULT_WEBHOOK_OPTIONS.mostAttempts - 1).reduce((sum, n) => sum + at(n, 0.5), 0);
  t.ok(total > 8 * 3_600_000 && total < 16 * 3_600_000, 'about half a day');
});
