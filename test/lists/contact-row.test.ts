import t from 'tap';
import { type ColumnMapping, resolveColumns } from '../../dialer/lists/columns.js';
import { readContactRow } from '../../dialer/lists/contact-row.js';
import { readPhoneNumber } from '../../dialer/lists/phone-number.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const isNumber = (cell: string): boolean => readPhoneNumber(cell, 'US').e164 !== undefined;

function columns(header: string, mapping: ColumnMapping = {}) {
  return resolveColumns(header.split(','), true, [], mapping, isNumber);
}

function read(header: string, row: string, country: string | undefined = 'US', mapping: ColumnMapping = {}) {
  return readContactRow(row.split(','), columns(header, mapping), country, NOW);
}

t.test('a row of a usual list becomes a contact', async (t) => {
  const { contact, problems } = read(
    'ID,First Name,Last Name,Phone,Mobile Phone,Time Zone,State,Opt-in,Product',
    'c-1,Ada,Lovelace,(415) 555-2671,+44 7400 123456,America/Los_Angeles,California,yes,Tea',
  );
  t.same(problems, []);
  t.same(contact, {
    externalId: 'c-1',
    name: 'Ada Lovelace',
    timeZone: 'America/Los_Angeles',
    region: 'US-CA',
    numbers: ['+14155552671', '+447400123456'],
    consent: 'granted',
    fields: { Product: 'Tea' },
  });
});

t.test('usual header names are known whatever their case, marks and language', async (t) => {
  const plan = columns('Téléphone,Vorname,Nachname,LeadId,TZ');
  t.same(plan.numbers, [0]);
  t.same(plan.name, [1, 2]);
  t.equal(plan.externalId, 3);
  t.equal(plan.timeZone, 4);
  t.same(columns('phone1,phone2,alt_phone,work-phone,msisdn').numbers, [0, 1, 2, 3, 4]);
  t.same(columns('phone,house number').fields, [{ position: 1, name: 'house number' }]);
});

t.test('the operator names columns by header or position, and can keep one from being guessed', async (t) => {
  const mapping = { numbers: ['column 2', 'home'], name: ['a'], region: '', fields: ['State'] };
  const plan = resolveColumns(['a', 'b', 'Home', 'State'], true, [], mapping, isNumber);
  t.same(plan.numbers, [1, 2]);
  t.same(plan.name, [0]);
  t.equal(plan.region, -1);
  t.same(plan.fields, [{ position: 3, name: 'State' }]);
});

t.test('a column that is not there is refused with the columns that are', async (t) => {
  t.throws(() => columns('phone,name', { numbers: ['fone'] }), {
    name: 'ListRejected',
    message: 'the list has no column "fone" (named for numbers); its columns are "phone", "name"',
  });
  t.throws(() => columns('a,b'), { message: /no column with phone numbers was found.*"a", "b"/ });
  t.throws(() => columns('phone,b', { fields: ['c'] }), { message: /no column "c" \(named for fields\)/ });
});

t.test('without telling headers the columns whose cells are numbers are taken', async (t) => {
  const sample = [
    ['x', '4155552671'],
    ['y', '2125552671'],
  ];
  t.same(resolveColumns(['x', '4155552671'], false, sample, {}, isNumber).numbers, [1]);
  t.same(resolveColumns(['who', 'dial'], true, sample, {}, isNumber).numbers, [1]);
});

t.test('columns of the same name are told apart', async (t) => {
  const { contact } = read('phone,note,note,', '4155552671,a,b,c');
  t.same(contact?.fields, { note: 'a', 'note (2)': 'b', 'column 4': 'c' });
});

t.test('a bad number is left out and reported when the contact has another', async (t) => {
  const { contact, problems } = read('phone,mobile', '12345,4155552671');
  t.same(contact?.numbers, ['+14155552671']);
  t.match(problems, [{ field: 'phone', code: 'number', value: '12345' }]);
  t.equal(read('phone', '12345').contact, undefined);
});

t.test('several numbers may stand in a cell, and the same number counts once', async (t) => {
  const { contact } = read('phone,mobile', '4155552671; 212 555 2671,(415) 555-2671');
  t.same(contact?.numbers, ['+14155552671', '+12125552671']);
});

t.test('a country column decides over the default country and gives the region', async (t) => {
  const { contact } = read('phone,country', '07400 123456,United Kingdom');
  t.match(contact, { numbers: ['+447400123456'], region: 'GB' });
  t.match(read('phone,country', '07400 123456,Atlantis').problems, [{ code: 'country' }]);
});

t.test('a postal code is known by its header, and what is none is left out', async (t) => {
  const code = (header: string, value: string, country?: string) =>
    read(`phone,${header}`, `+14155552671,${value}`, country).contact?.postalCode;
  for (const header of ['Zip Code', 'postalCode', 'PLZ', 'Code postal', 'post_code', 'CEP'])
    t.equal(code(header, '70112'), '70112', header);
  t.equal(code('zip', '70112-1234'), '70112-1234');
  t.equal(code('zip', '2134'), '02134', 'a spreadsheet took the zero away');
  t.equal(code('zip', '1067', 'DE'), '01067');
  t.equal(code('postcode', '2000', 'AU'), '2000');
  t.equal(code('postcode', ' sw1a  1aa', 'GB'), 'SW1A 1AA');
  const stated = read('phone,zip,state', '+14155552671,k1a 0b1,ON', 'US').contact;
  t.match(stated, { postalCode: 'K1A 0B1', region: 'CA-ON', fields: {} });
  for (const none of ['', 'n/a', 'unknown', '#1', '?0112'])
    t.equal(code('zip', none), undefined, 'not inside no emergency area by mistake');
  const kept = read('phone,zip', '+14155552671,70112', 'US', { postalCode: '' }).contact;
  t.match(kept, { postalCode: undefined, fields: { zip: '70112' } });
});

t.test(
  'who is called and the kind of number are read in words, and what is neither is refused',
  async (t) => {
    const row = (header: string, value: string) => read(`phone,${header}`, `+14155552671,${value}`);
    for (const [word, party] of [
      ['Business', 'business'],
      ['B2B', 'business'],
      ['consumer', 'consumer'],
      ['Private', 'consumer'],
      ['', undefined],
    ] as const)
      t.equal(row('Called Party', word).contact?.party, party, word);
    t.match(row('called_party', 'Democrat').problems, [{ code: 'party', value: 'Democrat' }]);
    t.match(
      row('party', 'Democrat').contact,
      { party: undefined, fields: { party: 'Democrat' } },
      'not guessed',
    );
    t.same(row('Number Class', 'Nursing home').contact?.numberClasses, ['health-care']);
    t.same(row('number_class', 'Landline; multi-line| PATIENT ROOM').contact?.numberClasses, [
      'fixed',
      'multi-line',
      'health-care',
    ]);
    t.equal(row('number class', '').contact?.numberClasses, undefined);
    t.match(row('number class', 'kitchen').problems, [{ code: 'number-class', value: 'kitchen' }]);
  },
);

t.test('regions are read as codes with or without the country, and as names of states', async (t) => {
  const region = (value: string, country?: string) =>
    read('phone,region', `+14155552671,${value}`, country).contact?.region;
  t.equal(region('us-ny'), 'US-NY');
  t.equal(region('NY'), 'US-NY');
  t.equal(region('new york'), 'US-NY');
  t.equal(region('ON'), 'CA-ON');
  t.equal(region('Quebec', 'CA'), 'CA-QC');
  t.equal(region('BY', 'DE'), 'DE-BY');
  t.match(read('phone,region', '4155552671,Middle Earth').problems, [{ code: 'region', field: 'region' }]);
  t.match(read('phone,region', '4155552671,ZZ').problems, [{ code: 'region' }]);
});

t.test(
  'time zones are IANA names; the short American ones mean the place, with its summer time',
  async (t) => {
    const zone = (value: string, country?: string) =>
      read('phone,tz', `+14155552671,${value}`, country).contact?.timeZone;
    t.equal(zone('america/new_york'), 'America/New_York');
    t.equal(zone('US/Pacific'), 'America/Los_Angeles');
    t.equal(zone('EST'), 'America/New_York');
    t.equal(zone(''), '');
    t.match(read('phone,tz', '4155552671,Mars/Olympus').problems, [
      { code: 'time-zone', value: 'Mars/Olympus' },
    ]);
    t.match(read('phone,tz', '4155552671,+05:00').problems, [{ code: 'time-zone' }]);
  },
);

t.test('consent is yes, no or not stated; anything else is refused, not guessed', async (t) => {
  const consent = (value: string) => read('phone,consent', `4155552671,${value}`).contact?.consent;
  t.same(['Yes', '1', 'granted', 'NO', 'opt-out', '', 'unknown'].map(consent), [
    'granted',
    'granted',
    'granted',
    'refused',
    'refused',
    'none',
    'none',
  ]);
  t.match(read('phone,consent', '4155552671,perhaps').problems, [{ code: 'consent', value: 'perhaps' }]);
});

t.test(
  'a row with too few or too many columns is refused; empty ones at the end do not matter',
  async (t) => {
    t.match(read('phone,name', '4155552671').problems, [{ code: 'columns', field: '' }]);
    t.match(read('phone,name', '4155552671,a,b').problems, [{ code: 'columns' }]);
    t.ok(read('phone,name', '4155552671,a,,').contact);
  },
);

t.test('a row without a number, or with something far too long, is refused', async (t) => {
  t.match(read('phone,name', ',a').problems, [{ code: 'no-number', field: 'phone' }]);
  t.match(read('phone,name', `4155552671,${'x'.repeat(201)}`).problems, [
    { code: 'too-long', field: 'name' },
  ]);
  t.match(read('phone,note', `4155552671,${'x'.repeat(4001)}`).problems, [
    { code: 'too-long', field: 'note' },
  ]);
});

t.test('a consent comes with its level, source, proof and times', async (t) => {
  const header = 'phone,opt-in,consent level,consent source,consent evidence,consent date,consent expires';
  const row = (cells: string) => read(header, `4155552671,${cells}`);
  t.match(row('yes,Written,web form,order 4711,2026-02-11,2028-02-11T08:00:00+01:00').contact, {
    consent: 'granted',
    consentDetails: {
      level: 'written',
      source: 'web form',
      evidence: 'order 4711',
      at: Date.parse('2026-02-11T00:00:00Z'),
      expiresAt: Date.parse('2028-02-11T07:00:00Z'),
    },
  });
  t.match(row('no,,letter,scan 7,2026-02-11 10:30:00,').contact, {
    consent: 'refused',
    consentDetails: { source: 'letter', at: Date.parse('2026-02-11T10:30:00Z') },
  });
  t.match(read('phone,consent', '4155552671,written').contact, {
    consent: 'granted',
    consentDetails: { level: 'written' },
  });
  t.notOk('consentDetails' in (row(',written,web form,x,2026-02-11,').contact ?? {}), 'nothing was granted');
});

t.test('a consent that cannot be read refuses the row, and says which cell', async (t) => {
  const header = 'phone,consent,consent type,consent source,consent proof,consent time,consent until';
  const problem = (cells: string) => read(header, `4155552671,${cells}`).problems[0];
  t.match(problem('yes,perhaps,,,,'), {
    field: 'consent type',
    code: 'consent',
    reason: /presumed, express, written/,
  });
  t.match(problem('yes,,,,11/02/2026,'), { field: 'consent time', reason: /write 2026-03-02/ });
  t.match(problem('yes,,,,2026-13-02,'), { field: 'consent time' });
  t.match(problem('yes,,,,2027-01-01,'), { field: 'consent time', reason: /lies in the future/ });
  t.match(problem('yes,,,,2026-02-02,2026-02-01'), { field: 'consent until', reason: /before .* given/ });
  t.match(problem(`yes,,${'x'.repeat(201)},,,`), { field: 'consent source', reason: /longer than 200/ });
});
