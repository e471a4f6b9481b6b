/** Files of earlier versions, brought up to date: nothing that was known is lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { ContactFilter } from '../../dialer/store/lists.js';
import { openDatabase } from '../../dialer/store/sqlite/database.js';
import { MIGRATIONS, migrate } from '../../dialer/store/sqlite/migrate.js';
import { openSqliteStore } from '../../dialer/store/sqlite/sqlite-store.js';
import { contact, DAY, leaseOf, SCOPE, START } from './records.js';

t.test('consent, attempts and outcomes of version 3 are known in version 4', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tactus-migrate-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'store.db');
  const database = openDatabase(file);
  migrate(database, MIGRATIONS.slice(0, 3));
  const [home, work] = ['+12125550001', '+12125550002'];
  database.execute(`
    INSERT INTO campaigns (campaign_key, campaign_id) VALUES (1, 'spring'), (2, 'autumn');
    INSERT INTO contacts VALUES (1, 1, 2, 4, ${START}, NULL, 0, 1, 'connected', ${START}, 'refused', NULL, NULL, NULL,
      'ada', 'Ada', '', '', '{}');
    INSERT INTO contact_numbers VALUES (1, 0, '${home}', 1, 1, 0);
    INSERT INTO contacts VALUES (2, 2, 2, 0, ${START}, NULL, 0, 0, '', 0, '', NULL, NULL, NULL, 'ada', 'Ada', '', '', '{}');
    INSERT INTO contact_numbers VALUES (2, 0, '${work}', 2, 0, 0);
    INSERT INTO contact_counts VALUES (2, 2, 0, 0, 1);
    INSERT INTO attempts VALUES (1, 'a1', 1, 1, '${home}', 0, ${START}, 'connected', 1, 1, '{}', '{}', NULL);
    INSERT INTO number_history VALUES ('${home}', NULL, NULL, ${START + 2}, ${START + 1});
    INSERT INTO consent VALUES ('${home}', 'refused', 'letter', ${START}, NULL);
    INSERT INTO consent VALUES ('${work}', 'granted', 'form', ${START}, ${START + DAY});
  `);
  database.close();

  const store = await openSqliteStore({ file });
  t.teardown(() => store.close());
  await store.boot(START + 3);
  t.same(await store.consentOf(home as string, SCOPE, START + DAY), { state: 'refused', at: START });
  t.match(await store.consentHistory(work as string), [
    { decision: 'granted', level: 'express', evidence: 'form', at: START, expiresAt: START + DAY },
  ]);
  t.same(await store.recentAttempts(home as string, 0), [START]);
  const { leads } = await store.leaseLeads(leaseOf({ campaignId: 'autumn', now: START + 3 }));
  t.match(leads, [
    {
      person: '=ada',
      numbers: [
        {
          consent: { state: 'granted' },
          recentAttempts: [],
          elsewhere: [START],
          elsewhereOnSubject: [],
          lastRefusedAt: START + 2,
          lastConversationAt: START + 1,
        },
      ],
    },
  ]);
});

t.test(
  'contacts of version 14 are found by name and number, and so are those that come after them',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tactus-migrate-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'store.db');
    const database = openDatabase(file);
    migrate(database, MIGRATIONS.slice(0, 14));
    database.execute(`
    INSERT INTO campaigns (campaign_key, campaign_id) VALUES (1, 'spring');
    INSERT INTO lists VALUES (1, 1, 'main', '', ${START}, 0);
    INSERT INTO contacts VALUES (1, 1, 2, 0, ${START}, NULL, 0, 0, '', 0, '', NULL, NULL, NULL, '', 'ada b', '', '', '{}',
      '', '', '', 1, 1, 0), (2, 1, 2, 0, ${START}, NULL, 0, 0, '', 0, '', NULL, NULL, NULL, '', '', '', '', '{}',
      '', '', '', 1, 1, 0);
    INSERT INTO contact_numbers VALUES (1, 0, '+12125550001', 1, 0, 0), (2, 0, '+12125550002', 1, 0, 0),
      (2, 1, '+12125550001', 1, 0, 0);
  `);
    database.close();

    const store = await openSqliteStore({ file });
    t.teardown(() => store.close());
    await store.addContacts('spring', [contact(1, { name: 'Ada C', numbers: ['+12125550003'] })], START);
    const found = async (filter: Partial<ContactFilter>) =>
      (await store.contacts({ limit: 10, ...filter })).items.map(({ contactId }) => contactId);
    t.same(await found({ name: 'ADA' }), ['c1', 'c3']);
    t.same(await found({ number: '+12125550001' }), ['c1', 'c2']);
    t.same(await found({ number: '+12125550003' }), ['c3']);
    t.same(await store.contactsWith(['+12125550001', '+12125550003']), ['c1', 'c2', 'c3']);
  },
);
