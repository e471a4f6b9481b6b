/** Rules and dashboards on a real Prometheus: its own checks, and every query on what it scraped from a live campaign. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { DASHBOARDS } from '../../deploy/grafana/source/dashboards.js';
import { root } from '../architecture/sources.js';
import { ServiceProcess } from '../support/service-process.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/** The service's clock runs so many times faster than ours, so that production is reached within a minute. */
const TIME_SCALE = 20;
const DEADLINE_MILLISECONDS = 400_000;

const missing = (command: string): string | false =>
  spawnSync(command, ['--version']).error === undefined
    ? false
    : `${command} is not installed: install Prometheus to run it`;

t.test(
  'the rules pass the check and the unit tests of promtool',
  { skip: missing('promtool') },
  async (t) => {
    const rules = join(root, 'deploy/prometheus/rules/dialer.yml');
    const check = spawnSync('promtool', ['check', 'rules', '--lint-fatal', rules], { encoding: 'utf8' });
    t.equal(check.status, 0, check.stdout + check.stderr);
    const tests = spawnSync(
      'promtool',
      ['test', 'rules', join(root, 'deploy/prometheus/tests/dialer.test.yml')],
      {
        encoding: 'utf8',
      },
    );
    t.equal(tests.status, 0, tests.stdout + tests.stderr);
  },
);

t.test(
  'every panel of every dashboard shows something of a live campaign',
  { skip: missing('prometheus'), timeout: DEADLINE_MILLISECONDS + 60_000 },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tactus-prometheus-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const settings = join(folder, 'tactus.yaml');
    await writeFile(settings, 'webhooks: { plainHttp: true }\n');
    const service = await ServiceProcess.start(join(folder, 'data'), [
      '--config',
      settings,
      '--time-scale',
      String(TIME_SCALE),
    ]);
    t.teardown(() => service.kill());
    const receiver = await WebhookReceiver.start();
    t.teardown(() => receiver.close());
    await service.must('POST', '/v1/webhooks', {
      url: receiver.url,
      kinds: ['gate-decided', 'halt-raised'],
    });
    const prometheus = await startPrometheus(folder, new URL(service.url).host);
    t.teardown(() => prometheus.child.kill('SIGKILL'));

    const pending = new Map<string, string>();
    for (const { title, panels } of Object.values(DASHBOARDS))
      for (const panel of panels)
        for (const [, query] of panel.queries) pending.set(asAsked(query), `${title}: ${panel.title}`);
    const all = pending.size;
    t.ok(all > 40, `${all} queries`);
    const errors: string[] = [];
    const until = performance.now() + DEADLINE_MILLISECONDS;
    let halted = false;
    while (pending.size > 0 && errors.length === 0 && performance.now() < until) {
      await sleep(2_000);
      for (const [query, panel] of pending) {
        const { status, count, error } = await prometheus.query(query);
        if (status !== 'success') errors.push(`${panel}: ${query}: ${error}`);
        else if (count > 0) pending.delete(query);
      }
      // What a halt shows comes last: nothing new is dialled after it.
      const left = [...pending.keys()];
      if (!halted && left.length > 0 && left.every((query) => query.includes('dialer_halts_total'))) {
        const [campaign] = (await service.must('GET', '/v1/campaigns'))['items'] as { id: string }[];
        await service.must('POST', `/v1/campaigns/${campaign?.id}/halt`, {
          reason: 'to see it on the board',
        });
        halted = true;
      }
    }
    t.same(errors, []);
    t.same(
      [...pending].map(([query, panel]) => `${panel}: ${query}`),
      [],
      'queries without data',
    );
  },
);

/** The query with Grafana's variables filled in as Grafana would. */
function asAsked(query: string): string {
  return query.replaceAll('$campaign', '.*').replaceAll('$__rate_interval', '20s');
}

interface Prometheus {
  readonly child: ChildProcess;
  query(expression: string): Promise<{ status: string; count: number; error: string }>;
}

/** A Prometheus on a free port that scrapes the target every second and has the project's rules. */
async function startPrometheus(folder: string, target: string): Promise<Prometheus> {
  const config = join(folder, 'prometheus.yml');
  const rules = join(root, 'deploy/prometheus/rules/*.yml');
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rules],
      scrape_configs: [{ job_name: 'tactus', static_configs: [{ targets: [target] }] }],
    }),
  );
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-4_000);
  });
  const until = performance.now() + 60_000;
  while (!(await ready(port))) {
    if (child.exitCode !== null || performance.now() > until)
      throw new Error(`Prometheus does not come up: ${log}`);
    await sleep(200);
  }
  return {
    child,
    async query(expression) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      });
      const body = (await answer.json()) as { status: string; error?: string; data?: { result: unknown[] } };
      return { status: body.status, count: body.data?.result.length ?? 0, error: body.error ?? '' };
    },
  };
}

async function ready(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
