import t from 'tap';
import { FICTITIOUS_RANGES, numberAt, rangeSize } from '../../api/demo/fictitious-numbers.js';
import { holdSyntheticRegistries, SYNTHETIC_VERSION } from '../../api/demo/synthetic-registries.js';
import { listsAskedFor, registryViews } from '../../api/registries/registry-views.js';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { setOf } from '../dnc/numbers.js';

const DAY = 86_400_000;

/** A clock that moves by hand. */
function handClock(start: number) {
  let now = start;
  let waiting: { at: number; callback: () => void }[] = [];
  return {
    now: () => now,
    after(milliseconds: number, callback: () => void) {
      const one = { at: now + milliseconds, callback };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((each) => each !== one);
      };
    },
    pass(milliseconds: number) {
      const end = now + milliseconds;
      for (;;) {
        const next = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waiting = waiting.filter((each) => each !== next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    waiting: () => waiting.length,
  };
}

t.test('invented registries stand in for all that rules ask for, and never grow old', async (t) => {
  const clock = handClock(Date.UTC(2026, 10, 20));
  const catalogue = new RegistryCatalogue('/not/there');
  const end = holdSyntheticRegistries(catalogue, clock);
  const states = (): string[] => [
    ...new Set(registryViews(catalogue, clock.now()).map(({ state, synthetic }) => `${state} ${synthetic}`)),
  ];
  t.same(states(), ['current true']);
  t.same(
    catalogue.versions().map(({ id, version }) => [id, version]),
    listsAskedFor().map((id) => [id, SYNTHETIC_VERSION]),
  );
  clock.pass(60 * DAY);
  t.same(states(), ['current true']);
  end();
  t.equal(clock.waiting(), 0);
});

t.test(
  'some numbers that belong to nobody are on them, and a list that is imported takes their place',
  async (t) => {
    const clock = handClock(Date.UTC(2026, 10, 20));
    const catalogue = new RegistryCatalogue('/not/there');
    holdSyntheticRegistries(catalogue, clock);
    let on = 0;
    let all = 0;
    for (const range of FICTITIOUS_RANGES)
      for (let i = 0; i < rangeSize(range); i++) {
        all++;
        if (catalogue.listsOf(numberAt(range, i)).includes('us-national')) on++;
      }
    t.ok(on > all / 60 && on < all / 20, `${on} of ${all}`);
    const set = setOf(['+12125550100']);
    const description = { list: 'us-national', version: '1', obtainedAt: 1, importedAt: 1, count: 1 };
    catalogue.hold({ description, set });
    clock.pass(3 * DAY);
    t.equal(catalogue.get('us-national')?.description.version, '1');
    t.equal(catalogue.get('gb-tps')?.description.version, SYNTHETIC_VERSION);
  },
);
