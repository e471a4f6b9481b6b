import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { loadSettings } from '../../api/config/index.js';
import { DASHBOARDS } from '../../deploy/grafana/source/dashboards.js';
import { dashboard as built } from '../../deploy/grafana/source/panels.js';
import { root } from '../architecture/sources.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Names of the metrics that the service has, as its source declares them, with what a histogram adds. */
const metrics = new Set(
  readdirSync(join(root, 'api/metrics')).flatMap((file) =>
    [...read(`api/metrics/${file}`).matchAll(/'(dialer_[a-z_]+)'/g)].flatMap(([, name]) => [
      name!,
      `${name}_bucket`,
      `${name}_sum`,
      `${name}_count`,
    ]),
  ),
);

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: {
    readonly summary?: string;
    readonly description?: string;
    readonly runbook?: string;
  };
}

const rules = readdirSync(join(root, 'deploy/prometheus/rules')).flatMap((file) => {
  const { groups } = parse(read(`deploy/prometheus/rules/${file}`)) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
});
const recorded = new Set(rules.flatMap(({ record }) => (record === undefined ? [] : [record])));

/** Series in a query that neither the service nor a recording rule makes. */
function unknownSeries(query: string): string[] {
  const names = query.match(/(?:[a-z_]+:)?dialer[_:][a-z_0-9:]+/g) ?? [];
  return names.filter((name) => !metrics.has(name) && !recorded.has(name));
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

t.test('rules use metrics that the service has, and alerts say what happened and what to do', async (t) => {
  t.ok(rules.length > 10);
  for (const rule of rules) {
    t.same(unknownSeries(rule.expr), [], rule.record ?? rule.alert ?? '');
    if (rule.alert === undefined) continue;
    t.ok(rule.annotations?.summary, rule.alert);
    t.ok(rule.annotations?.description, rule.alert);
  }
});

t.test('each alert has its entry in the runbook, and a test in which it fires', async (t) => {
  const runbook = read('docs/runbook.md');
  const tests = read('deploy/prometheus/tests/dialer.test.yml');
  for (const { alert, annotations } of rules) {
    if (alert === undefined) continue;
    t.equal(annotations?.runbook, `docs/runbook.md#${alert.toLowerCase()}`);
    t.ok(runbook.includes(`\n## ${alert}\n`), `${alert} is in docs/runbook.md`);
    t.match(tests, new RegExp(`alertname: ${alert}\\n +exp_alerts:\\n`), `${alert} fires in a test`);
    t.match(
      tests,
      new RegExp(`alertname: ${alert}\\n +exp_alerts: \\[\\]`),
      `${alert} stays silent in a test`,
    );
  }
});

for (const [name, description] of Object.entries(DASHBOARDS)) {
  t.test(`the dashboard ${name} is as its source says, and uses metrics that the service has`, async (t) => {
    const text = read(`deploy/grafana/dashboards/${name}.json`);
    t.equal(text, `${JSON.stringify(built(description), undefined, 2)}\n`, 'npm run dashboards writes it');
    const taken = new Map<string, string>();
    const { panels } = JSON.parse(text) as { panels: readonly Panel[] };
    for (const { title, gridPos, targets = [] } of panels) {
      for (const { expr } of targets) t.same(unknownSeries(expr), [], `${title}: ${expr}`);
      t.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          t.equal(taken.get(`${x},${y}`), undefined, `${title} covers another panel`);
          taken.set(`${x},${y}`, title);
        }
      }
    }
    t.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  });
}

t.test('the settings beside the compose file are read, with the password from the environment', async (t) => {
  const settings = loadSettings({ config: join(root, 'deploy/tactus.yaml') }, { FREESWITCH_PASSWORD: 'pw' });
  t.match(settings, {
    host: '0.0.0.0',
    port: 8080,
    dataDirectory: '/data',
    metrics: { port: 9464 },
    switches: [{ host: 'freeswitch', port: 8021, password: 'pw' }],
  });
});

t.test('the compose file, Prometheus and the image agree on names and ports', async (t) => {
  const compose = parse(read('deploy/compose.yaml')) as {
    services: Record<string, { image: string; command?: string[]; ports?: string[]; volumes?: string[] }>;
    volumes: Record<string, unknown>;
  };
  t.same(Object.keys(compose.services).sort(), ['freeswitch', 'grafana', 'prometheus', 'redis', 'tactus']);
  t.match(compose.services['freeswitch']?.image, /^\$\{FREESWITCH_IMAGE:\?/);
  for (const { volumes = [] } of Object.values(compose.services)) {
    for (const volume of volumes) {
      const source = volume.split(':')[0]!;
      if (source.startsWith('./')) t.ok(readable(join(root, 'deploy', source)), `${source} is there`);
      else t.ok(source in compose.volumes, `${source} is declared`);
    }
  }
  t.match(read('deploy/prometheus/prometheus.yml'), 'tactus:9464');
  const image = read('Dockerfile');
  t.match(image, 'EXPOSE 8080 9464');
  t.match(image, /\nUSER node\n/);
  t.match(image, /\nHEALTHCHECK /);
});

function readable(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return readFileSync(path).length > 0;
  }
}
