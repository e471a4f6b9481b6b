import { Readable } from 'node:stream';
import t from 'tap';
import { createListImporter } from '../../dialer/lists/list-importer.js';
import { previewList } from '../../dialer/lists/list-start.js';
import { MemoryStore } from '../../dialer/store/memory-store.js';

const LINES = [
  '{"externalId":"1","name":"Ada\\nLovelace","numbers":["+12025550101","202 555 0102"],"party":"business","fields":{"state":"gold","product":"fibre"}}',
  '{"externalId":"2","numbers":[{"number":"+12025550103"}],"consent":"granted","consentDetails":{"level":"written","at":"2025-01-02T00:00:00Z","evidence":"form 7"},"fields":{"later":"known too"}}',
  '',
  'no json',
  '[1]',
  '{"externalId":"3","numbers":["12"]}',
  '{"externalId":"1","numbers":["+12025550109"]}',
];

async function imported(text: string) {
  const store = new MemoryStore();
  const lists = createListImporter({ store, now: () => Date.UTC(2026, 0, 1), workers: 1 });
  t.teardown(() => lists.close());
  const report = await lists.start({
    campaignId: 'spring',
    source: Readable.from([Buffer.from(text)]),
    format: 'ndjson',
    list: 'fair',
    defaultCountry: 'US',
  }).done;
  const { items } = await store.contacts({ campaignId: 'spring', limit: 100 });
  return { report, items };
}

t.test('contacts as the API takes them are read line by line; a bad line costs only itself', async (t) => {
  const { report, items } = await imported(LINES.join('\n'));
  t.match(report, {
    state: 'completed',
    rows: 6,
    added: 2,
    duplicates: 1,
    rejected: 3,
    format: 'ndjson',
    list: 'fair',
  });
  t.match(report.issueCounts, { json: 2, number: 1 });
  t.same(
    report.errors.map(({ line }) => line),
    [4, 5, 6],
  );
  t.match(items[0], {
    name: 'Ada Lovelace',
    list: 'fair',
    party: 'business',
    region: '',
    numbers: [{ e164: '+12025550101' }, { e164: '+12025550102' }],
    fields: { state: 'gold', product: 'fibre' },
  });
  t.same(items[1]?.fields, { later: 'known too' }, 'a field that the first line has not is kept');
});

t.test('flat objects are read like columns', async (t) => {
  const { report, items } = await imported('{"phone":"+12025550101","first name":"Ada","zip":"70112"}\r\n');
  t.match(report, { added: 1, columns: { numbers: ['phone'], postalCode: ['zip'] } });
  t.match(items[0], { name: 'Ada', postalCode: '70112' });
});

t.test('a file without contacts says what is wrong', async (t) => {
  t.match((await imported('a,b\n1,2\n')).report, {
    state: 'failed',
    failure: /none of the first lines is a JSON object/,
  });
  t.match((await imported('\n')).report, { state: 'failed', failure: /empty/ });
});

t.test('a preview reads the first rows as the import would, and guesses the columns', async (t) => {
  const csv = 'id;phone;state;city\n1;202-555-0101;US-NY;Rome\n2;nonsense;;\n3;202-555-0103';
  const reading = { format: 'csv', mapping: {}, defaultCountry: 'US', header: undefined } as const;
  const preview = await previewList(Readable.from([Buffer.from(csv)]), reading, 10, 0);
  t.match(preview, {
    delimiter: ';',
    hasHeader: true,
    header: ['id', 'phone', 'state', 'city'],
    columns: { externalId: ['id'], numbers: ['phone'], region: ['state'], fields: ['city'] },
  });
  t.equal(preview.rows.length, 3);
  t.match(preview.rows[0], {
    line: 2,
    contact: { numbers: ['+12025550101'], region: 'US-NY', fields: { city: 'Rome' } },
  });
  t.match(preview.rows[1], { line: 3, problems: [{ field: 'phone', code: 'number' }] });
  t.equal(preview.rows[1]?.contact, undefined);
  const mapped = { ...reading, mapping: { region: '', fields: ['state'] } };
  const again = await previewList(Readable.from([Buffer.from(csv)]), mapped, 1, 0);
  t.match(again.rows, [{ contact: { region: '', fields: { state: 'US-NY' } } }]);
  t.equal(again.rows.length, 1);
  const ndjson = { ...reading, format: 'ndjson' } as const;
  const lines = await previewList(
    Readable.from([Buffer.from(LINES.join('\n'))]),
    ndjson,
    3,
    Date.UTC(2026, 0, 1),
  );
  t.match(lines.rows, [
    { line: 1 },
    { line: 2, contact: { consent: 'granted' } },
    { line: 4, problems: [{ code: 'json' }] },
  ]);
});
