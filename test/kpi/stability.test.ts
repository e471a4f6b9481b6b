import t from 'tap';
import { rateStability } from '../../dialer/index.js';
import { randomStream } from '../../sim/random.js';

t.test('a steady rate is called drifting as seldom as stated, a falling one nearly always', (t) => {
  const random = randomStream('stability', 'test');
  const share = (rateAt: (period: number) => number): number => {
    let drifting = 0;
    for (let run = 0; run < 2_000; run++) {
      const periods = Array.from({ length: 12 }, (_, period) => {
        let events = 0;
        for (let i = 0; i < 60; i++) if (random.uniform() < rateAt(period)) events++;
        return { events, trials: 60 };
      });
      if (rateStability(periods).verdict === 'drifting') drifting++;
    }
    return drifting / 2_000;
  };
  const steady = share(() => 0.15);
  t.ok(steady > 0.03 && steady < 0.07, `steady: ${steady}`);
  t.ok(share((period) => 0.26 - 0.017 * period) > 0.95);
  t.end();
});

t.test('too little to judge is said so', (t) => {
  t.equal(rateStability([]).verdict, 'unknown');
  t.equal(
    rateStability([
      { events: 1, trials: 10 },
      { events: 0, trials: 0 },
    ]).verdict,
    'unknown',
  );
  t.equal(rateStability([1, 2, 3].map(() => ({ events: 0, trials: 100 }))).verdict, 'unknown');
  t.match(rateStability([1, 2, 3].map(() => ({ events: 5, trials: 100 }))).text, /no trend beyond chance/);
  t.end();
});
