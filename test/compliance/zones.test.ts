import fc from 'fast-check';
import t from 'tap';
import { countriesOfNumber, isZone, regionsOfNumber, zonesOfNumber } from '../../compliance/index.js';
import { CALLING_CODES } from '../../compliance/zones/generated/calling-codes.js';
import {
  NORTH_AMERICA,
  NORTH_AMERICA_UNKNOWN,
  PREMIUM,
  TOLL_FREE,
} from '../../compliance/zones/north-america.js';
import { isE164 } from '../../compliance/zones/number-zones.js';
import { PREFIXES } from '../../compliance/zones/prefixes.js';

const zones = (number: string): string[] => [...zonesOfNumber(number)];

t.test('an area code inside one zone has that zone and its state', async (t) => {
  t.same(zones('+12125550123'), ['America/New_York']);
  t.same(regionsOfNumber('+12125550123'), ['US-NY']);
  t.same(zones('+13125550123'), ['America/Chicago']);
  t.same(zones('+16025550123'), ['America/Phoenix']);
  t.same(zones('+19155550123'), ['America/Denver'], 'El Paso, unlike the rest of Texas');
  t.same(regionsOfNumber('+19155550123'), ['US-TX']);
  t.same(zones('+18085550123'), ['Pacific/Honolulu']);
  t.same(zones('+17875550123'), ['America/Puerto_Rico']);
});

t.test('an area code that straddles a zone border, and each overlay of it, has both zones', async (t) => {
  for (const codes of ['850 448', '270 364', '423 729', '541 458', '208 986', '812 930']) {
    const [first, overlay] = codes.split(' ').map((code) => zones(`+1${code}5550123`));
    t.equal(first?.length, 2, codes);
    t.same(overlay, first, codes);
  }
  for (const code of '906 605 701 308 574 620 785 775 928 250 418 807 709 867 907 606 219'.split(' '))
    t.ok(zones(`+1${code}5550123`).length > 1, code);
});

t.test('overlays of the last years are known', async (t) => {
  const expected: Record<string, string> = {
    '357': 'US-CA',
    '436': 'US-OH',
    '457': 'US-LA',
    '471': 'US-MS',
    '729': 'US-TN',
    '861': 'US-IL',
    '924': 'US-MN',
  };
  for (const [code, region] of Object.entries(expected))
    t.same(regionsOfNumber(`+1${code}5550123`), [region], code);
});

t.test(
  'an unknown area code and a toll-free number may be anywhere in the United States and Canada',
  async (t) => {
    for (const number of ['+15555550123', '+18005550123']) {
      t.ok(zones(number).includes('Pacific/Honolulu') && zones(number).includes('America/St_Johns'), number);
      t.same(countriesOfNumber(number), ['US', 'CA']);
      t.same(regionsOfNumber(number), []);
    }
  },
);

t.test('Caribbean countries in the same numbering plan are countries of their own', async (t) => {
  t.same(countriesOfNumber('+18765550123'), ['JM']);
  t.same(countriesOfNumber('+18095550123'), ['DO']);
});

t.test('mobiles of countries with several zones may be in any of them', async (t) => {
  t.ok(zones('+61491570156').includes('Australia/Perth'));
  t.ok(
    zones('+79161234567').includes('Asia/Kamchatka') && zones('+79161234567').includes('Europe/Kaliningrad'),
  );
  t.same(zones('+34600555123').sort(), ['Atlantic/Canary', 'Europe/Madrid']);
  t.ok(zones('+628111234567').includes('Asia/Jayapura'));
  t.same(zones('+351912345678').sort(), ['Atlantic/Azores', 'Europe/Lisbon']);
});

t.test('landlines and area-coded mobiles elsewhere have the zone of their area', async (t) => {
  t.same(zones('+61255501234'), ['Australia/Sydney', 'Australia/Lord_Howe']);
  t.ok(zones('+61730101234').includes('Australia/Brisbane'));
  t.same(zones('+5511987654321'), ['America/Sao_Paulo']);
  t.same(zones('+5568321234567'), ['America/Rio_Branco']);
  t.same(zones('+5592321234567'), ['America/Manaus']);
  t.same(zones('+34922123456'), ['Atlantic/Canary']);
  t.same(zones('+34911234567'), ['Europe/Madrid']);
  t.same(zones('+74012123456'), ['Europe/Kaliningrad']);
  t.same(zones('+74232123456'), ['Asia/Vladivostok']);
  t.same(zones('+526641234567'), ['America/Tijuana']);
  t.same(zones('+525512345678'), ['America/Mexico_City']);
  t.same(zones('+529981234567'), ['America/Cancun']);
  t.same(zones('+77271234567'), ['Asia/Almaty']);
  t.same(countriesOfNumber('+77271234567'), ['KZ']);
});

t.test('a country of one zone has it for all its numbers', async (t) => {
  t.same(zones('+8613812345678'), ['Asia/Shanghai']);
  t.same(zones('+919876543210'), ['Asia/Kolkata']);
  t.same(zones('+9771234567'), ['Asia/Kathmandu']);
  t.same(zones('+33612345678'), ['Europe/Paris']);
  t.same(zones('+212612345678'), ['Africa/Casablanca'], 'not a neighbour of the same hour');
});

t.test('what is no number has no zone, no country and throws nothing', async (t) => {
  for (const text of [
    '',
    '+',
    '12125550123',
    '+1',
    '+1212',
    '+999123456789',
    '+0123456789',
    '+1a125550123',
    'hello world',
    '+88812345678',
  ])
    t.same([zones(text), [...countriesOfNumber(text)]], [[], []], text);
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(zonesOfNumber(text))));
  fc.assert(fc.property(fc.stringMatching(/^\+[0-9]{7,15}$/), (text) => Array.isArray(zonesOfNumber(text))));
});

t.test('E.164 is recognised, with the shape of North American numbers', async (t) => {
  for (const text of ['+12125550123', '+33612345678', '+4930123456', '+551112345678'])
    t.ok(isE164(text), text);
  for (const text of [
    '+1212555012',
    '+121255501234',
    '+11125550123',
    '+12121550123',
    '+0312345678',
    '+123456',
    '+1234567890123456',
    '2125550123',
    '+1 2125550123',
    '+1212555012x',
  ])
    t.notOk(isE164(text), text);
});

t.test('no code is in the tables twice, and every zone and code is well formed', async (t) => {
  const seen = new Map<string, number>();
  for (const [codes] of [...NORTH_AMERICA, [TOLL_FREE] as const, [PREMIUM] as const])
    for (const code of codes.split(' ')) {
      if (!/^[2-9]\d\d$/.test(code)) t.fail(`area code ${code}`);
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }
  t.same(
    [...seen].filter(([, times]) => times > 1),
    [],
  );
  const prefixes = [...PREFIXES.flatMap(([p]) => p.split(' ')), ...CALLING_CODES.map(([code]) => code)];
  t.equal(new Set(prefixes).size, prefixes.length, 'prefixes');
  const named = [...NORTH_AMERICA, ...PREFIXES, ...CALLING_CODES].flatMap(([, , names]) => names.split(' '));
  t.same(
    [...new Set([...named, ...NORTH_AMERICA_UNKNOWN.split(' ')])].filter((zone) => !isZone(zone)),
    [],
  );
});
