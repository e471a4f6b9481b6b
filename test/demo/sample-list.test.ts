import t from 'tap';
import { FICTITIOUS_RANGES, numberAt, rangeSize } from '../../api/demo/fictitious-numbers.js';
import { sampleList } from '../../api/demo/sample-list.js';
import { createGate, zonesOfNumber } from '../../compliance/index.js';
import { readPhoneNumber } from '../../dialer/lists/phone-number.js';

const gate = createGate();
const MONDAY = Date.parse('2026-11-23T00:00:00Z');
const HOUR = 3_600_000;

t.test('every range holds numbers that libphonenumber takes for valid, in one place', async (t) => {
  for (const range of FICTITIOUS_RANGES) {
    for (const index of [0, rangeSize(range) - 1]) {
      const number = numberAt(range, index);
      t.equal(readPhoneNumber(number, undefined).e164, number);
    }
    t.ok(zonesOfNumber(numberAt(range, 0)).length > 0, `${range.place} has a time zone`);
  }
});

t.test('at every hour of a week the list has people who may lawfully be called for a while', async (t) => {
  const sizes: number[] = [];
  for (let hour = 0; hour < 7 * 24; hour += 1) {
    const now = MONDAY + hour * HOUR;
    const { contacts } = sampleList(gate, now, 150, 'seed');
    sizes.push(contacts.length);
    for (const contact of contacts) {
      const facts = {
        ...(contact.timeZone !== '' && { zones: [contact.timeZone] }),
        ...(contact.region.includes('-') ? { region: contact.region } : { country: contact.region }),
        dnc: { internal: false, campaign: false },
        consent: { state: contact.consent },
        attempts: { at: [] },
      };
      for (const number of contact.numbers) {
        for (const at of [now, now + 25 * 60_000]) {
          const { verdict } = gate.decide({ number, campaignId: 'demo', ringSeconds: 25 }, facts, at);
          const expected = contact.consent === 'refused' ? 'deny' : 'allow';
          if (verdict !== expected)
            t.fail(`${new Date(at).toISOString()} ${number} ${contact.region}: ${verdict}, not ${expected}`);
        }
      }
    }
  }
  const least = Math.min(...sizes);
  t.ok(least >= 100, `at the worst hour there are ${least} contacts`);
  t.ok(
    sizes.filter((size) => size === 150).length > 150,
    `${sizes.filter((size) => size === 150).length} full hours`,
  );
});

t.test('by day in America there are two thousand people in several time zones, none twice', async (t) => {
  const { contacts, places } = sampleList(gate, Date.parse('2026-11-23T18:00:00Z'), 2000, 'seed');
  t.equal(contacts.length, 2000);
  t.ok(places.length >= 4, places.join(', '));
  const numbers = contacts.flatMap((contact) => contact.numbers);
  t.equal(new Set(numbers).size, numbers.length);
  t.equal(new Set(contacts.map((contact) => contact.externalId)).size, 2000);
  t.ok(new Set(contacts.map((contact) => contact.timeZone)).size >= 4);
  t.ok(numbers.every((number) => /^\+1\d{3}55501\d\d$/.test(number)));
});

t.test('the same seed and hour give the same list, another seed another', async (t) => {
  const now = MONDAY + 18 * HOUR;
  t.same(sampleList(gate, now, 200, 'a'), sampleList(gate, now, 200, 'a'));
  t.notSame(sampleList(gate, now, 200, 'a'), sampleList(gate, now, 200, 'b'));
});
