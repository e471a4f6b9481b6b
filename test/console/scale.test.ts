/** Marks of the console's charts are round numbers that their labels can show. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import t from 'tap';

// Compiled to dist/test/console/; the sources are beside dist/.
const source = fileURLToPath(new URL('../../../api/console/app/shared/scale.ts', import.meta.url));

interface Scale {
  readonly top: number;
  readonly ticks: readonly number[];
}

async function scales(): Promise<(value: number, unit: number) => Scale> {
  const bundle = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false });
  const code = Buffer.from(bundle.outputFiles[0]!.contents).toString('base64');
  return ((await import(`data:text/javascript;base64,${code}`)) as { scaleTo: typeof scaleTo }).scaleTo;
}
declare const scaleTo: (value: number, unit: number) => Scale;

t.test('known scales', async (t) => {
  const scale = await scales();
  t.same(scale(50, 1).ticks, [0, 10, 20, 30, 40, 50]);
  t.same(scale(47, 1).ticks, [0, 10, 20, 30, 40, 50]);
  t.same(scale(12, 1).ticks, [0, 5, 10, 15], 'not in steps of 2.5: the labels are whole');
  t.same(scale(120, 1).ticks, [0, 25, 50, 75, 100, 125]);
  t.same(scale(2, 1).ticks, [0, 1, 2]);
  t.same(scale(0, 1).ticks, [0, 1]);
  t.same(scale(0.12, 0.001).ticks, [0, 0.025, 0.05, 0.075, 0.1, 0.125]);
  t.same(scale(0.12, 0.01).ticks, [0, 0.05, 0.1, 0.15]);
  t.same(scale(1, 0.01).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
});

t.test('every scale reaches its value in at most five round steps', async (t) => {
  const scale = await scales();
  for (const unit of [1, 0.1, 0.01, 0.001])
    for (let value = unit; value < unit * 1e7; value *= 1.0371) {
      const { top, ticks } = scale(value, unit);
      const step = (ticks[1] ?? 0) / 10 ** Math.floor(Math.log10(ticks[1] ?? 1) + 1e-9);
      const round = [1, 2, 2.5, 5].some((each) => Math.abs(each - step) < 1e-6);
      const shown = Math.abs(top / unit - Math.round(top / unit)) < 1e-6;
      if (!round || !shown || top < value * (1 - 1e-8) || ticks.length > 6 || top > 2.5 * value + unit)
        t.fail(`${value} in units of ${unit}: ${ticks.join(', ')}`);
    }
  t.pass('all of them');
});
