import t from 'tap';
import { AnswerRatio } from '../../pacing/answer-rate.js';
import { AttemptLog } from '../../pacing/attempts.js';
import { RingModel } from '../../pacing/ring-model.js';
import { DurationModel } from '../../pacing/survival.js';
import { randomFrom } from './random.js';

const close = (a: number, b: number, within: number) => Math.abs(a - b) <= within * Math.abs(b);

t.test('talks under way count as censored, so that a team just logged in does not look fast', (t) => {
  const random = randomFrom(1);
  const talk = new DurationModel(90);
  const now = 60;
  const running: number[] = [];
  let endedSum = 0;
  let ended = 0;
  for (let i = 0; i < 1000; i++) {
    const seconds = random.exponential(120);
    if (seconds < now) {
      talk.add(seconds, seconds);
      endedSum += seconds;
      ended++;
    } else running.push(0);
  }
  talk.rebuild(running, now);
  t.ok(endedSum / ended < 35, 'the ended talks alone say half a minute');
  t.ok(close(talk.mean(), 120, 0.15), `estimated ${talk.mean().toFixed(0)} s`);
  t.end();
});

t.test('the hazard follows the age: most talks of a fixed length end when they are due', (t) => {
  const talk = new DurationModel(90);
  for (let i = 0; i < 2000; i++) talk.add(58 + 4 * ((i % 100) / 100), i);
  talk.rebuild([], 2000);
  t.ok(talk.survival(50) > 0.9 && talk.survival(80) < 0.1, `${talk.survival(50)} and ${talk.survival(80)}`);
  t.end();
});

t.test('handle times that double are noticed within ten minutes of twenty agents', (t) => {
  const random = randomFrom(2);
  const talk = new DurationModel(90);
  const starts = new Array<number>(20).fill(0);
  const ends = starts.map(() => random.exponential(80));
  const change = 2 * 3600;
  for (let now = 0; now < change + 600; now += 1) {
    for (let i = 0; i < starts.length; i++) {
      if ((ends[i] as number) > now) continue;
      talk.add((ends[i] as number) - (starts[i] as number), ends[i] as number);
      starts[i] = ends[i] as number;
      ends[i] = (ends[i] as number) + random.exponential(now < change ? 80 : 160);
    }
    if (now % 30 === 0) talk.rebuild(starts, now);
    if (now === change - 30) t.ok(close(talk.mean(), 80, 0.15), `${talk.mean().toFixed(0)} s before`);
  }
  t.ok(close(talk.mean(), 160, 0.3), `${talk.mean().toFixed(0)} s ten minutes after`);
  t.end();
});

t.test(
  'fast failures do not depress the answer rate: attempts count in the order of their placement',
  (t) => {
    const rate = new AnswerRatio(0.35, 12, false);
    const log = new AttemptLog();
    const count = (a: { answered: number }) => rate.count(a.answered, 1);
    for (let id = 0; id < 300; id++) log.place(id, 0, -1, undefined);
    const end = (id: number, answered: number) => {
      const attempt = log.get(id);
      if (attempt) attempt.answered = answered;
      log.close(id);
      log.settle(1, count);
    };
    const before = rate.value;
    for (let id = 0; id < 300; id++) if (id % 10 === 3) end(id, 0);
    t.equal(rate.value, before, 'nothing is counted while the oldest attempts ring');
    for (let id = 0; id < 300; id++) if (id % 10 !== 3) end(id, id % 10 < 3 ? 1 : 0);
    t.ok(close(rate.value, 0.3, 0.05), `${rate.value}`);
    t.end();
  },
);

t.test('an attempt whose end was lost does not hold the others up for ever', (t) => {
  const log = new AttemptLog();
  let counted = 0;
  log.place('lost', 0, -1, undefined);
  log.place('b', 1, -1, undefined);
  const attempt = log.get('b');
  if (attempt) attempt.answered = 1;
  log.settle(20, () => counted++);
  t.equal(counted, 0);
  log.settle(1000, () => counted++);
  t.equal(counted, 1);
  t.equal(log.get('lost'), undefined);
  t.end();
});

t.test('what piled up behind a lost attempt is counted in parts, all of it in the end', (t) => {
  const log = new AttemptLog();
  let counted = 0;
  log.place('lost', 0, -1, undefined);
  for (let id = 0; id < 2000; id++) {
    log.place(id, 1, -1, undefined);
    const attempt = log.get(id);
    if (attempt) attempt.answered = 0;
  }
  let most = 0;
  for (let call = 0; call < 20; call++) {
    const before = counted;
    log.settle(1000, () => counted++);
    most = Math.max(most, counted - before);
  }
  t.equal(counted, 2000);
  t.ok(most <= 256, `${most} at once`);
  t.end();
});

t.test('a new answer rate is taken over within 150 attempts, and stays put without a change', (t) => {
  const random = randomFrom(3);
  const rate = new AnswerRatio(0.35, 12, false);
  const run = (n: number, p: number) => {
    for (let i = 0; i < n; i++) rate.count(random.uniform() < p ? 1 : 0, 1);
  };
  run(4000, 0.15);
  t.ok(close(rate.value, 0.15, 0.12), `${rate.value} after 4,000 attempts`);
  run(150, 0.4);
  t.ok(close(rate.value, 0.4, 0.25), `${rate.value} 150 attempts after the change`);
  t.end();
});

t.test('hints that are too high by half are calibrated', (t) => {
  const random = randomFrom(4);
  const ratio = new AnswerRatio(1, 40, true);
  for (let i = 0; i < 3000; i++) {
    const p = 0.5 * random.uniform();
    ratio.count(random.uniform() < p ? 1 : 0, 1.5 * p);
  }
  t.ok(close(ratio.value, 1 / 1.5, 0.08), `${ratio.value}`);
  t.end();
});

t.test('a call that rings on is the less likely to be answered', (t) => {
  const random = randomFrom(5);
  const ring = new RingModel();
  for (let i = 0; i < 4000; i++) {
    ring.rang(1 + random.uniform());
    if (random.uniform() < 0.3) ring.answer(4 + 8 * random.uniform(), true);
    else ring.end(24);
  }
  ring.rebuild();
  const p = ring.chanceOnceRinging(0.3);
  const soon = ring.answerWithin(p, 20, 40);
  const late = ring.answerWithin(p, 60, 40);
  t.ok(soon > 0.2 && soon < 0.4, `${soon} at 5 s`);
  t.ok(late < 0.03, `${late} at 15 s`);
  t.ok(
    close(ring.answerTimes(3)[1] as number, 9.5, 0.1),
    `half have answered by ${ring.answerTimes(3)[1]} s`,
  );
  t.end();
});

t.test('released calls leave the answer times and the chance to answer where they were', (t) => {
  const random = randomFrom(6);
  const seen = new RingModel();
  const cut = new RingModel();
  let answered = 0;
  const calls = 6000;
  for (let i = 0; i < calls; i++) {
    const person = random.uniform() < 0.3;
    const ends = person ? 2 + 18 * random.uniform() : 24;
    for (const ring of [seen, cut]) ring.rang(1);
    if (person) seen.answer(ends, true);
    else seen.end(ends);
    if (ends > 15) answered += cut.released(15, 0.3);
    else {
      cut.answer(ends, true);
      answered += 1;
    }
    if (i % 200 === 0) for (const ring of [seen, cut]) ring.rebuild();
  }
  for (const ring of [seen, cut]) ring.rebuild();
  t.ok(close(answered / calls, 0.3, 0.1), `${answered / calls} counted as answered`);
  t.ok(
    Math.abs((seen.answered[60] as number) - (cut.answered[60] as number)) < 0.1,
    'share answered by 15 s',
  );
  t.end();
});
