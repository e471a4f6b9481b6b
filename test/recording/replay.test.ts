/** A recorded run replays to the same effects, byte for byte; what is damaged is told. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { RunRecorder } from '../../dialer/recording/recorder.js';
import { replayFile } from '../../dialer/recording/replay.js';
import { scenarioFrom } from '../../sim/index.js';
import { runSimulation } from '../../sim/virtual/simulation.js';

const folder = await mkdtemp(join(tmpdir(), 'tactus-recording-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));

/** A quarter of an hour of 20 agents, with a crash of the switch and lost events in it. */
async function record(name: string): Promise<{ readonly file: string; readonly steps: number }> {
  const file = join(folder, name);
  const recorder = new RunRecorder(file, (error) => t.fail(error.message));
  const { steps } = runSimulation({
    hours: 0.25,
    agents: 20,
    seed: 'replay',
    scenario: scenarioFrom({
      faults: { lostEventRate: 0.01, schedule: [{ at: 400, action: 'crash', seconds: 5 }] },
    }),
    campaign: { pacing: { method: 'predictive', targetAbandonRatio: 0.03 } },
    observeInput: (input, at, effects) => recorder.record(at, input, effects),
  });
  await recorder.close();
  return { file, steps };
}

t.test('a recorded run replays to the same effects', async (t) => {
  const { file, steps } = await record('whole.jsonl');
  const report = await replayFile(file);
  t.ok(report.inputs > 1000);
  t.equal(report.inputs, steps);
  t.equal(report.divergence, undefined);
  t.equal(report.truncated, false);
});

t.test('a run whose input was changed afterwards is found to differ, with the line', async (t) => {
  const { file } = await record('changed.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  const at = lines.findIndex((line) => line.includes('"type":"channel-answered"') && line.includes('-a'));
  lines[at] = (lines[at] ?? '').replace('"channel-answered"', '"channel-progress"');
  await writeFile(file, lines.join('\n'));
  const { divergence } = await replayFile(file);
  t.ok(divergence !== undefined && divergence.line >= at);
});

t.test(
  'a recording that a crash cut off replays up to the cut; damage before the end is an error',
  async (t) => {
    const { file } = await record('cut.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.length - 30));
    const report = await replayFile(file);
    t.equal(report.truncated, true);
    t.equal(report.divergence, undefined);
    const lines = text.split('\n');
    lines[500] = '{"t": broken';
    await writeFile(file, lines.join('\n'));
    await t.rejects(replayFile(file), /line 501: is not JSON/);
  },
);

t.test('what is no recording is refused', async (t) => {
  const file = join(folder, 'other.txt');
  await writeFile(file, 'hello\n');
  await t.rejects(replayFile(file), /is not the header of a recording/);
  await writeFile(file, '');
  await t.rejects(replayFile(file), /the recording is empty/);
  await t.rejects(replayFile(join(folder, 'nosuch')), { code: 'ENOENT' });
});
