import t from 'tap';
import { type AnswerFeatures, AnswerModel, PacerOptionError } from '../../pacing/index.js';
import { randomFrom, type TestRandom } from './random.js';

const types = ['mobile', 'fixed-line', 'voip'];

/** A contact, and the true chance behind it. */
function contact(random: TestRandom): { features: AnswerFeatures; p: number } {
  const hour = 9 + Math.floor(11 * random.uniform());
  const weekday = 1 + Math.floor(6 * random.uniform());
  const type = Math.floor(3 * random.uniform());
  const region = Math.floor(40 * random.uniform());
  const attempts = Math.floor(8 * random.uniform());
  const logit =
    -1 +
    (hour >= 17 ? 0.8 : 0) +
    [0.4, -0.5, -0.2][type]! -
    0.25 * Math.min(attempts, 5) +
    0.02 * (region - 20);
  return {
    features: { hour, weekday, numberType: types[type], region: `r${region}`, attempts },
    p: 1 / (1 + Math.exp(-logit)),
  };
}

t.test('forecasts beat the mean answer rate and come near the truth', (t) => {
  const random = randomFrom(1);
  const model = new AnswerModel();
  for (let i = 0; i < 30_000; i++) {
    const { features, p } = contact(random);
    model.learn(features, random.uniform() < p);
  }
  const { brier, brierOfMean, calibration, outcomes } = model.report();
  t.equal(outcomes, 30_000);
  t.ok(brier < 0.96 * brierOfMean, `${brier} against ${brierOfMean}`);
  t.ok(Math.abs(calibration - 1) < 0.03, `calibration ${calibration}`);
  let error = 0;
  for (let i = 0; i < 2000; i++) {
    const { features, p } = contact(random);
    error += Math.abs(model.predict(features) - p) / 2000;
  }
  t.ok(error < 0.03, `mean error ${error}`);
  t.end();
});

t.test('each tenth of the forecasts is answered as often as it says', (t) => {
  const random = randomFrom(2);
  const model = new AnswerModel();
  const bins = Array.from({ length: 10 }, () => ({ forecast: 0, answered: 0, n: 0 }));
  for (let i = 0; i < 60_000; i++) {
    const { features, p } = contact(random);
    const answered = random.uniform() < p;
    if (i > 5000) {
      const forecast = model.predict(features);
      const bin = bins[Math.min(9, Math.floor(10 * forecast))]!;
      bin.forecast += forecast;
      bin.answered += answered ? 1 : 0;
      bin.n++;
    }
    model.learn(features, answered);
  }
  for (const { forecast, answered, n } of bins.filter((b) => b.n > 500)) {
    const off = Math.abs(forecast - answered) / n;
    t.ok(
      off < 0.02 + 2 / Math.sqrt(n),
      `${(forecast / n).toFixed(3)} said, ${(answered / n).toFixed(3)} came`,
    );
  }
  t.end();
});

t.test('before anything is known the forecast is the answer rate given, and stays within 0 and 1', (t) => {
  const model = new AnswerModel({ answerRate: 0.2 });
  const first = model.predict({});
  t.ok(first > 0.2 && first < 0.25, `${first}, moderated towards a half`);
  for (let i = 0; i < 500; i++) model.learn({ region: 'x' }, true);
  const high = model.predict({ region: 'x' });
  t.ok(high > 0.95 && high < 1, `${high}`);
  t.throws(() => new AnswerModel({ answerRate: 1 }), PacerOptionError);
  t.end();
});

t.test('values not seen for long give way, so that memory stays bounded', (t) => {
  const model = new AnswerModel({ mostValues: 64 });
  for (let i = 0; i < 200; i++) model.learn({ region: 'first' }, true);
  const learned = model.predict({ region: 'first' });
  for (let i = 0; i < 200; i++) model.learn({ region: `r${i}` }, false);
  t.ok(model.predict({ region: 'first' }) < learned, 'forgotten');
  t.end();
});
