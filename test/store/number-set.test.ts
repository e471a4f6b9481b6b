import fc from 'fast-check';
import t from 'tap';
import { NumberSet } from '../../dialer/store/number-set.js';

t.test('a set of numbers holds what was added to it and nothing else', async (t) => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 17 });
  const text = fc.oneof(
    digits.map((each) => `+${each}`),
    digits,
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3000 }), fc.array(text), (added, asked) => {
      const set = new NumberSet();
      const oracle = new Set<string>();
      for (const number of added) {
        if (set.has(number) !== oracle.has(number)) return false;
        set.add(number);
        oracle.add(number);
      }
      return [...added, ...asked].every((number) => set.has(number) === oracle.has(number));
    }),
  );
  const set = new NumberSet();
  for (let i = 0; i < 100_000; i += 1) set.add(`+1${2_000_000_000 + i * 7}`);
  t.ok(set.has('+12000000007'));
  t.notOk(set.has('+12000000008'));
  t.notOk(set.has('12000000007'));
});
