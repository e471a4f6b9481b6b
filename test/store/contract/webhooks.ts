import {
  DEAD_LETTERS_KEPT,
  type StoredWebhook,
  type WebhookDelivery,
} from '../../../dialer/store/webhooks.js';
import { DAY, START } from '../records.js';
import type { StoreTest } from './support.js';

const webhook: StoredWebhook = {
  id: 'alerts',
  url: 'https://example.com/tactus',
  kinds: ['halt-raised'],
  description: '',
  secret: 'whsec_x',
  createdAt: START,
  position: 7,
};

function delivery(sequence: number, over: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return {
    sequence,
    event: {
      kind: 'switch-changed',
      at: START + sequence,
      switchId: 'fs1',
      connected: false,
      reason: 'gone',
    },
    state: 'retrying',
    attempts: 1,
    firstAt: START,
    lastAt: START,
    nextAt: START + 5_000,
    status: 503,
    error: 'answered 503',
    ...over,
  };
}

export function webhookTests(test: StoreTest): void {
  test('webhooks are saved, changed and removed; their place in the journal never goes back', async (t, store) => {
    await store.saveWebhook(webhook);
    await store.saveWebhook({ ...webhook, id: 'a', campaignId: 'spring' });
    t.same(await store.webhooks(), [{ ...webhook, id: 'a', campaignId: 'spring' }, webhook]);
    const at = async () => (await store.webhooks()).find(({ id }) => id === 'alerts')?.position;
    t.equal(await store.settleDeliveries({ webhookId: 'alerts', position: 9, keep: [], arrived: [] }), true);
    t.equal(await at(), 9);
    await store.settleDeliveries({ webhookId: 'alerts', position: 8, keep: [], arrived: [] });
    await store.saveWebhook({ ...webhook, url: 'https://example.com/other' });
    t.match(await store.webhooks(), [{ id: 'a' }, { url: 'https://example.com/other', position: 9 }]);
    t.equal(await store.removeWebhook('alerts'), true);
    t.equal(await store.removeWebhook('alerts'), false);
    t.equal((await store.webhooks()).length, 1);
  });

  test('deliveries that did not arrive are kept until they do, and go with their webhook', async (t, store) => {
    await store.saveWebhook(webhook);
    const kept = [delivery(8), delivery(9, { state: 'dead' }), delivery(12)];
    t.equal(
      await store.settleDeliveries({ webhookId: 'alerts', position: 12, keep: kept, arrived: [] }),
      true,
    );
    const read = (over: object = {}) => store.webhookDeliveries({ webhookId: 'alerts', limit: 10, ...over });
    t.same(await read(), { items: kept });
    t.same(await read({ state: 'dead' }), { items: [kept[1]] });
    const first = await read({ limit: 2 });
    t.same(first.items, kept.slice(0, 2));
    t.same(await read({ limit: 2, cursor: first.nextCursor }), { items: [kept[2]] });
    const again = delivery(8, { attempts: 2, state: 'dead' });
    await store.settleDeliveries({ webhookId: 'alerts', keep: [again], arrived: [9] });
    t.same(await read(), { items: [again, kept[2]] });
    await store.removeWebhook('alerts');
    t.same(await read(), { items: [] });
    t.equal(
      await store.settleDeliveries({ webhookId: 'alerts', keep: kept, arrived: [] }),
      false,
      'what is removed keeps nothing',
    );
    t.same(await read(), { items: [] });
  });

  test('dead letters are bounded, the oldest go first, and all of them go with their events', async (t, store) => {
    await store.saveWebhook(webhook);
    const dead = Array.from({ length: DEAD_LETTERS_KEPT + 2 }, (_, i) => delivery(i + 1, { state: 'dead' }));
    await store.settleDeliveries({ webhookId: 'alerts', keep: dead, arrived: [] });
    const { items } = await store.webhookDeliveries({ webhookId: 'alerts', limit: 2_000 });
    t.equal(items.length, DEAD_LETTERS_KEPT);
    t.equal(items[0]?.sequence, 3);
    await store.prune(START + DAY, 10);
    t.same(await store.webhookDeliveries({ webhookId: 'alerts', limit: 10 }), { items: [] });
  });
}
