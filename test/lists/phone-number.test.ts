import fc from 'fast-check';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import t from 'tap';
import { numberingPlan } from '../../dialer/lists/numbering-plan.js';
import { longWay, readPhoneNumber, shortWay } from '../../dialer/lists/phone-number.js';

const countries = getCountries();

/** Digits that could be a national number of the country: an example with digits changed, or any by the plan. */
function nationalDigits(country: (typeof countries)[number]): fc.Arbitrary<string> {
  const plan = numberingPlan(country);
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 13 });
  const example = String(examples[country] ?? '');
  return fc.oneof(
    fc.stringMatching(plan.national),
    fc
      .tuple(
        fc.nat({ max: 20 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat({ max: 20 }),
        fc.integer({ min: 0, max: 9 }),
      )
      .map(([i, a, j, b]) => {
        const changed = [...example];
        if (i < changed.length) changed[i] = String(a);
        if (j < changed.length) changed[j] = String(b);
        return changed.join('');
      }),
    digits.map((list) => list.join('')),
  );
}

/** The ways people write one number. */
const forms: readonly ((digits: string, callingCode: string) => string)[] = [
  (digits) => digits,
  (digits, code) => `+${code}${digits}`,
  (digits, code) => `+${code} (${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`,
  (digits) => `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`,
  (digits) => `${digits.slice(0, 3)}.${digits.slice(3)}`,
  (digits) => `0${digits}`,
  (digits) => `0${digits.slice(0, 4)}/${digits.slice(4)}`,
  (digits) => `1${digits}`,
  (digits) => `8${digits}`,
  (digits) => `06${digits}`,
  (digits, code) => `${code}${digits}`,
  (digits, code) => `00${code}${digits}`,
  (digits, code) => `011${code}${digits}`,
  (digits, code) => `+${code}0${digits}`,
  (digits, code) => `+${code}1${digits}`,
  (digits, code) => `+${code}${code}${digits}`,
];

t.test('where the short way answers, it says what libphonenumber says, in every country', async (t) => {
  let answered = 0;
  for (const country of countries) {
    const callingCode = getCountryCallingCode(country);
    fc.assert(
      fc.property(nationalDigits(country), fc.constantFrom(...forms), (digits, form) => {
        const text = form(digits, callingCode);
        const short = shortWay(text, country);
        if (short === undefined) return;
        answered += 1;
        const long = longWay(text, country);
        if (long.e164 !== short)
          throw new Error(`${country} "${text}": ${short}, not ${JSON.stringify(long)}`);
      }),
      { numRuns: 300 },
    );
  }
  t.ok(answered > 10_000, 'the short way was tried');
});

t.test(
  'where the short way answers, it says what libphonenumber says, for any text and country',
  async (t) => {
    const characters = fc.constantFrom(...'0123456789', ...'0123456789', '+', ' ', '-', '(', ')', '.', '/');
    fc.assert(
      fc.property(
        fc.string({ unit: characters, minLength: 1, maxLength: 18 }),
        fc.constantFrom(...countries, undefined),
        (text, country) => {
          const short = shortWay(text, country);
          if (short !== undefined && longWay(text, country).e164 !== short)
            throw new Error(`${country} "${text}"`);
        },
      ),
      { numRuns: 20_000 },
    );
    t.pass();
  },
);

t.test('the plain numbers of a list go the short way', async (t) => {
  t.equal(shortWay('(415) 555-2671', 'US'), '+14155552671');
  t.equal(shortWay('1-415-555-2671', 'US'), '+14155552671');
  t.equal(shortWay('+1 415 555 2671', undefined), '+14155552671');
  t.equal(shortWay('07400 123456', 'GB'), '+447400123456');
  t.equal(shortWay('+49 1512 3456789', undefined), '+4915123456789');
  t.equal(shortWay('02 1234 5678', 'IT'), '+390212345678');
});

t.test('what a spreadsheet made of a number is undone, or refused when digits are gone', async (t) => {
  t.equal(readPhoneNumber('4155552671.0', 'US').e164, '+14155552671');
  t.equal(readPhoneNumber("'+14155552671", 'US').e164, '+14155552671');
  t.equal(readPhoneNumber('="4155552671"', 'US').e164, '+14155552671');
  t.match(readPhoneNumber('4.15556E+09', 'US').problem, /rounded by a spreadsheet/);
});

t.test('a number that is no number says why', async (t) => {
  const cases: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['hello', 'US', /is not a phone number/],
    ['call 415 555 2671 now', 'US', /is not a phone number/],
    ['4155552671', undefined, /no country code.*default country/],
    ['+999 4155552671', 'US', /no country code that exists/],
    ['12', 'US', /not in use|too short/],
    ['41555526711234567', 'US', /too long|not in use/],
    ['415-555-2671 x12', 'US', /extension/],
    ['(115) 555-2671', 'US', /not in use in/],
    ['tel:', 'US', /is not a phone number/],
    ['1'.repeat(300), 'US', /too long/],
  ];
  for (const [text, country, problem] of cases)
    t.match(readPhoneNumber(text, country).problem, problem, text);
});
