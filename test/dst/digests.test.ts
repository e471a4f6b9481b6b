/** The harness's own tools for saying that two runs are the same. */
import fc from 'fast-check';
import t from 'tap';
import { RunHash } from './run-hash.js';
import { sameJson } from './same-json.js';

const leaf = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'connected', 'née', '00000000-a14d-8f67-bcd8-07cb3a469c5a'),
  fc.constantFrom(0, -0, 1, 2, 1.5, 1_795_060_748_433, Number.NaN, Number.POSITIVE_INFINITY),
  fc.constantFrom(null, undefined, true, false),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom('at', 'kind', 'reason'), tie('any'), { noNullPrototype: true }),
})).any;

t.test('what is written as the same JSON is found to be the same, and nothing else', async (t) => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      t.equal(sameJson(one, other), JSON.stringify(one) === JSON.stringify(other));
      t.ok(sameJson(one, JSON.parse(JSON.stringify(one) ?? 'null') ?? one));
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

t.test('a digest tells any two values apart that are written as different JSON', async (t) => {
  const digest = (any: unknown): string => {
    const hash = new RunHash();
    hash.add([any]);
    return hash.digest();
  };
  fc.assert(
    fc.property(value, value, (one, other) => {
      // Zero has one sign in JSON, and what is not a number is null.
      const plain = (any: unknown): unknown => JSON.parse(JSON.stringify([any]));
      t.equal(
        digest(plain(one)) === digest(plain(other)),
        JSON.stringify(plain(one)) === JSON.stringify(plain(other)),
      );
    }),
    { numRuns: 2_000, seed: 2 },
  );
  const ids = Array.from({ length: 20_000 }, (_, index) =>
    digest(`00000000-a14d-8f67-bcd8-${String(index).padStart(12, '0')}`),
  );
  t.equal(new Set(ids).size, ids.length, 'of ids that differ in one digit');
});
