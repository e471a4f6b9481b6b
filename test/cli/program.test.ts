import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fakeService, run } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'tactus-cli-'));
t.teardown(() => rmSync(folder, { recursive: true }));

t.test('every command has help', async (t) => {
  const commands = [
    [],
    ['serve'],
    ['simulate'],
    ['sim-switch'],
    ['check'],
    ['import'],
    ['replay'],
    ...[
      'list',
      'show',
      'create',
      'start',
      'pause',
      'resume',
      'stop',
      'halt',
      'approve',
      'kpis',
      'gates',
      'halts',
      'sample',
    ].map((c) => ['campaign', c]),
    ...['report', 'forecast', 'experiments'].map((c) => ['campaign', c]),
    ...['list', 'login', 'ready', 'pause', 'logout'].map((c) => ['agents', c]),
    ...['edit', 'versions', 'diff', 'restore', 'clone', 'schedule', 'diagnose'].map((c) => ['campaign', c]),
    ...['gates', 'halts', 'attempts', 'recordings', 'imports', 'consent', 'switches', 'trunks'].map((c) => [
      c,
    ]),
    ...['list', 'create', 'revoke'].map((c) => ['keys', c]),
  ];
  for (const command of commands) {
    const { code, out, err } = await run([...command, '--help']);
    t.equal(code, 0, command.join(' '));
    t.match(out, `Usage: tactus${command.length > 0 ? ` ${command.join(' ')}` : ''}`);
    t.equal(err, '');
  }
  t.match(await run(['--version']), { code: 0, out: '1.2.3\n' });
});

t.test('serve reads the flags of the design into settings', async (t) => {
  const { code, handled } = await run([
    'serve',
    '--port',
    '0',
    '--data',
    folder,
    '--store',
    'sqlite:x.db',
    '--switch',
    'esl://:ClueCon@one:8021',
    '--switch',
    'ari://u:p@two',
    '--node',
    'n1',
    '--demo',
    '--drain',
    '3',
  ]);
  t.equal(code, 0);
  t.match(handled, [
    [
      'serve',
      {
        port: 0,
        dataDirectory: folder,
        store: 'sqlite:x.db',
        node: 'n1',
        demo: true,
        drainSeconds: 3,
        switches: [
          { kind: 'freeswitch', host: 'one' },
          { kind: 'asterisk', host: 'two', port: 8088 },
        ],
      },
    ],
  ]);
});

t.test('a wrong setting ends serve before anything starts, one line for each problem', async (t) => {
  const file = join(folder, 'bad.yaml');
  writeFileSync(file, 'switches:\n  - {host: h, password: p, port: "x"}\nprot: 1\n');
  const { code, err, handled } = await run(['serve', '--config', file, '--port', 'eighty']);
  t.equal(code, 1);
  t.same(handled, []);
  t.same(err.trimEnd().split('\n').sort(), [
    'tactus: --port: must be 0–65535, got "eighty"',
    `tactus: ${file}: prot: is not a setting; did you mean port?`,
    `tactus: ${file}: switches[0].port: must be 1–65535, got "x"`,
  ]);
});

t.test('simulate, sim-switch and replay hand their options on, and only those given', async (t) => {
  const simulate =
    'simulate --agents 50 --hours 2 --answer-rate 0.3 --talk 80 --wrap 10 --pacer progressive --seed 7 --json';
  t.same((await run(simulate.split(' '))).handled, [
    [
      'simulate',
      {
        agents: 50,
        hours: 2,
        answerRate: 0.3,
        talkSeconds: 80,
        wrapUpSeconds: 10,
        pacer: 'progressive',
        seed: '7',
        json: true,
      },
    ],
  ]);
  t.same((await run(['simulate'])).handled, [['simulate', { json: false }]]);
  const comparison =
    'simulate --list 5000 --team-sizes 10,20 --pacers predictive,ratio:2 --hours-per-day 6 --attempts 2 --retry-hours 1.5 --target 0.02 --runs 3 --success-rate 0.2 --campaign c1 --chart c.svg';
  t.same((await run(comparison.split(' '))).handled, [
    [
      'simulate',
      {
        contacts: 5000,
        teamSizes: [10, 20],
        pacers: ['predictive', 'ratio:2'],
        hoursPerDay: 6,
        maximumAttempts: 2,
        retryDelaySeconds: 5400,
        targetAbandonRatio: 0.02,
        runs: 3,
        successRate: 0.2,
        campaign: 'c1',
        chart: 'c.svg',
        json: false,
      },
    ],
  ]);
  t.same((await run(['sim-switch', '--port', '0', '--cps', '50', '--child'])).handled, [
    [
      'simSwitch',
      { port: 0, host: '127.0.0.1', password: 'ClueCon', callsPerSecond: 50, timeScale: 1, child: true },
    ],
  ]);
  t.same((await run(['replay', 'run.log'])).handled, [['replay', { file: 'run.log', json: false }]]);
});

t.test('errors of usage are told on standard error with an exit code that is not 0', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['nonsense', /unknown command 'nonsense'/],
    ['simulate --answer-rate 2', /Must be 0–1/],
    ['simulate --agents many', /Must be a whole number/],
    ['simulate --pacer magic', /Allowed choices are/],
    ['sim-switch --port 99999', /0–65535/],
    ['check', /missing required argument 'number'/],
    ['check +1 --at noon', /Must be a time with its offset/],
    ['import list.csv', /required option '--campaign <id>'/],
    ['import list.csv --campaign c --bogus', /unknown option '--bogus'/],
    ['keys create k --role king', /Allowed choices are/],
  ];
  for (const [line, message] of cases) {
    const { code, out, err } = await run(line.split(' '));
    t.not(code, 0, line);
    t.match(err, message, line);
    t.equal(out, '', line);
  }
});

t.test('a service that is not there is named, with the remedy', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const environment = { TACTUS_URL: `http://127.0.0.1:${port}` };
  for (const line of [
    'campaign list',
    'agents ready a',
    'keys list',
    'check +12125552671',
    'import x --campaign c',
  ]) {
    const { code, err, out } = await run(line.split(' '), { environment });
    t.equal(code, 1, line);
    t.equal(
      err,
      `tactus: cannot reach http://127.0.0.1:${port} (connection refused): start the service with "tactus serve", or set TACTUS_URL\n`,
    );
    t.equal(out, '');
  }
  t.match(await run(['campaign', 'list'], { environment: { TACTUS_URL: 'here' } }), {
    code: 1,
    err: 'tactus: TACTUS_URL: must be an address such as http://127.0.0.1:8080, got "here"\n',
  });
});

t.test('what the service refuses is told in one line', async (t) => {
  const { environment } = await fakeService(t, ({ url }) => {
    if (url === '/v1/keys')
      return {
        status: 401,
        body: { title: 'No key', detail: 'The request has no key.', code: 'key_missing' },
      };
    if (url === '/v1/agents')
      return {
        status: 400,
        body: {
          title: 'Wrong field',
          detail: 'See errors.',
          errors: [{ field: 'pool', detail: 'must be\na name' }],
        },
      };
    if (url === '/v1/campaigns') return { status: 502, body: '<html>' };
    return { status: 404, body: { title: 'No such campaign', detail: 'There is no campaign x.' } };
  });
  t.match(await run(['keys', 'list'], { environment }), {
    code: 1,
    err: 'tactus: The request has no key. Set TACTUS_KEY, or run this where data/admin.key is.\n',
  });
  t.equal((await run(['agents', 'list'], { environment })).err, 'tactus: Wrong field: pool must be a name\n');
  t.match(
    (await run(['campaign', 'list'], { environment })).err,
    /answered 502 with something that is not JSON/,
  );
  t.match(await run(['campaign', 'show', 'x'], { environment }), {
    code: 1,
    err: 'tactus: There is no campaign x.\n',
  });
});

const counters = {
  attempts: 10,
  liveAnswers: 4,
  machines: 1,
  connected: 3,
  abandoned: 1,
  successes: 1,
  optOuts: 0,
};
const campaign = {
  id: 'spring',
  status: 'halted',
  stage: 'pilot',
  reason: 'two complaints',
  settings: { name: 'Spring\x1b[2J', pool: 'sales', pacing: { method: 'predictive' } },
  counters: { validation: counters, pilot: counters, production: counters },
  live: { hopper: 5, inFlight: 3, talking: 2, open: 100, diagnosis: 'halted: two complaints' },
};

t.test('campaigns are listed, shown, made and commanded over the interface, with the key', async (t) => {
  const { received, environment } = await fakeService(t, ({ url, method }) => ({
    status: 200,
    body: url === '/v1/campaigns' && method === 'GET' ? { items: [campaign] } : campaign,
  }));
  const list = await run(['campaign', 'list'], { environment });
  t.match(list.out, /spring .* halted +pilot +100 +3 +2 +25\.0 % +halted: two complaints/);
  t.notMatch(list.out, '\x1b', 'control characters of a name do not reach the terminal');
  t.match(JSON.parse((await run(['campaign', 'list', '--json'], { environment })).out), [{ id: 'spring' }]);
  t.match(
    (await run(['campaign', 'show', 'spring'], { environment })).out,
    /status +halted \(two complaints\)/,
  );

  const settings = join(folder, 'campaign.yaml');
  writeFileSync(settings, 'ringSeconds: 20\npacing: {targetAbandonRatio: 0.02}\n');
  const create = [
    'campaign',
    'create',
    'Spring',
    '--id',
    'spring',
    '--pacing',
    'ratio',
    '--ratio',
    '1.5',
    '--from',
    settings,
  ];
  t.match((await run(create, { environment })).out, /campaign spring made/);
  t.same(JSON.parse(received.at(-1)!.body), {
    ringSeconds: 20,
    name: 'Spring',
    id: 'spring',
    pacing: { targetAbandonRatio: 0.02, method: 'ratio', ratio: 1.5 },
  });

  t.match(await run(['campaign', 'start', 'spring'], { environment }), {
    code: 0,
    out: 'campaign spring is halted (pilot)\n',
  });
  t.match(received.at(-1), {
    method: 'POST',
    url: '/v1/campaigns/spring/start',
    authorization: 'Bearer secret',
    type: 'application/json',
    body: '{"reason":"start from the command line"}',
  });
  t.match(await run(['campaign', 'resume', 'spring'], { environment }), {
    code: 1,
    err: 'tactus: campaign spring is halted (two complaints): say with --reason what was put right\n',
  });
  t.match(await run(['campaign', 'resume', 'spring', '--reason', 'new script'], { environment }), {
    code: 0,
  });
  t.equal(received.at(-1)!.body, '{"reason":"new script"}');
  t.match((await run(['campaign', 'halt', 'spring'], { environment })).err, /halt needs --reason/);
  t.match((await run(['campaign', 'show', 'a/b'], { environment })).code, 0);
  t.equal(received.at(-1)!.url, '/v1/campaigns/a%2Fb');
});

t.test('agents are listed and logged in and out over the interface', async (t) => {
  const agent = {
    id: 'ada',
    name: 'Ada',
    pool: 'sales',
    team: 'north',
    tier: 'expert',
    state: 'paused',
    pauseReason: 'lunch',
    stateSince: '2026-03-04T16:59:00Z',
    campaignId: '',
  };
  const { received, environment } = await fakeService(t, ({ method }) => ({
    status: 200,
    body: method === 'GET' ? { items: [agent] } : agent,
  }));
  t.match(
    (await run(['agents', 'list', '--state', 'paused'], { environment })).out,
    /ada +Ada .*paused \(lunch\) +60 s/,
  );
  t.equal(received.at(-1)!.url, '/v1/agents?state=paused');
  const login = 'agents login ada --endpoint user/1001 --tier expert --skills en,de --switch fs1 --ready';
  t.equal((await run(login.split(' '), { environment })).out, 'agent ada is paused\n');
  t.same(JSON.parse(received.at(-1)!.body), {
    endpoint: 'user/1001',
    tier: 'expert',
    skills: ['en', 'de'],
    ready: true,
    switchId: 'fs1',
  });
  await run(['agents', 'ready', 'ada'], { environment });
  t.match(received.at(-1), { url: '/v1/agents/ada/ready', body: '', type: undefined });
  await run(['agents', 'pause', 'ada', '--reason', 'lunch'], { environment });
  t.match(received.at(-1), { url: '/v1/agents/ada/pause', body: '{"reason":"lunch"}' });
  await run(['agents', 'logout', 'ada'], { environment });
  t.match(received.at(-1), { url: '/v1/agents/ada/logout' });
});

t.test('keys are listed, made and revoked over the interface', async (t) => {
  const key = { id: 'k1', name: 'wall', role: 'read-only', createdAt: '2026-01-01T00:00:00Z' };
  const { received, environment } = await fakeService(t, ({ method }) => ({
    status: 200,
    body: method === 'GET' ? { items: [key] } : { ...key, key: 'the-secret' },
  }));
  t.match((await run(['keys', 'list'], { environment })).out, /k1 +wall +read-only/);
  t.equal(
    (await run(['keys', 'create', 'wall', '--role', 'read-only'], { environment })).out,
    'key k1: the-secret\n',
  );
  t.match(await run(['keys', 'revoke', 'k1'], { environment }), { code: 0, out: 'key k1 is revoked\n' });
  t.match(received.at(-1), { method: 'DELETE', url: '/v1/keys/k1' });
});

t.test('a list is sent as it is read, followed to its end, and its errors shown', async (t) => {
  let polls = 0;
  const progress = { id: 'import-1', rows: 3, added: 1, duplicates: 1, rejected: 1, failure: '' };
  const errors = [{ line: 3, field: 'phone', reason: 'is not a phone number' }];
  const { received, environment } = await fakeService(t, ({ url, method }) => {
    if (method === 'POST') return { status: 202, body: { ...progress, state: 'running', errors: [] } };
    if (!url.startsWith('/v1/imports/')) return { status: 200, body: campaign };
    polls += 1;
    return { status: 200, body: { ...progress, state: polls > 1 ? 'completed' : 'running', errors } };
  });
  const file = join(folder, 'list.csv');
  const content = `phone\n${'+12125552671\n'.repeat(50_000)}`;
  writeFileSync(file, content);
  const line = [
    'import',
    file,
    '--campaign',
    'spring',
    '--country',
    'us',
    '--map',
    'numbers=phone,mobile',
    '--map',
    'region=',
  ];
  const result = await run(line, { environment });
  t.match(result, {
    code: 0,
    out: '3 rows: 1 contacts added, 1 duplicates folded, 1 rows rejected\n  line 3: "phone" is not a phone number\n',
  });
  t.match(result.err, /stored: 1, 1 duplicates, 1 rejected/);
  const upload = received.find(({ method }) => method === 'POST')!;
  t.equal(
    upload.url,
    '/v1/campaigns/spring/imports?numbers=phone%2Cmobile&region=&defaultCountry=US&source=list.csv',
  );
  t.equal(upload.type, 'text/csv');
  t.equal(upload.body, content);

  t.match(
    await run(['import', '-', '--campaign', 'spring', '--json'], { environment, stdin: 'phone\n1\n' }),
    { code: 0 },
  );
  t.equal(received.filter(({ method }) => method === 'POST').at(-1)!.body, 'phone\n1\n');
});

t.test('an import that fails or is refused ends with the reason', async (t) => {
  const { environment } = await fakeService(t, ({ method, url }) => {
    if (method === 'POST')
      return url.includes('/c1/')
        ? { status: 422, body: { title: 'The list cannot be imported', detail: 'the list is empty' } }
        : {
            status: 202,
            body: {
              id: 'i',
              state: 'failed',
              rows: 9,
              added: 9,
              duplicates: 0,
              rejected: 0,
              errors: [],
              failure: 'disk full',
            },
          };
    return url.endsWith('/c9')
      ? { status: 404, body: { detail: 'There is no campaign c9.' } }
      : { status: 200, body: campaign };
  });
  const file = join(folder, 'short.csv');
  writeFileSync(file, 'phone\n');
  const import_ = (id: string, path = file) => run(['import', path, '--campaign', id], { environment });
  t.match(await import_('c1'), { code: 1, err: /tactus: the list is empty\n/ });
  t.match(await import_('c2'), { code: 1, out: /9 contacts added/, err: /tactus: disk full\n/ });
  t.match(await import_('c9'), { code: 1, err: 'tactus: There is no campaign c9.\n' });
  t.match(await import_('c1', join(folder, 'none.csv')), {
    code: 1,
    err: /none.csv cannot be read \(ENOENT\)/,
  });
  t.match(await import_('c1', folder), { code: 1, err: /is a folder: name a CSV file/ });
  t.match(await run(['import', file, '--campaign', 'c', '--map', 'fone=x'], { environment }), {
    code: 1,
    err: /--map: "fone=x" must be ROLE=COLUMN/,
  });
});

t.test(
  'check asks the service; where none runs it applies the rules and says what it did not see',
  async (t) => {
    const verdict = {
      verdict: 'defer',
      until: '2026-03-05T13:00:00.000Z',
      reasons: [{ rule: 'calling_window', pack: 'us-federal', version: '1', detail: 'it is 03:00' }],
    };
    const { received, environment } = await fakeService(t, () => ({ status: 200, body: verdict }));
    const line = [
      'check',
      '212 555 2671',
      '--country',
      'us',
      '--at',
      '2026-03-05T03:00:00-05:00',
      '--campaign',
      'c',
    ];
    const asked = await run(line, { environment });
    t.match(
      asked.out,
      /^\+?.*must not be called now, but from 2026-03-05T13:00:00.000Z\n {2}calling_window \(us-federal 1\): it is 03:00/,
    );
    t.equal(received[0]!.url, '/v1/check?number=%2B12125552671&at=2026-03-05T08%3A00%3A00.000Z&campaign=c');
    t.same(JSON.parse((await run([...line, '--json'], { environment })).out), verdict);
  },
);

t.test('check without a service applies calling hours, and says that no lists were consulted', async (t) => {
  const ask = (time: string, ...more: string[]) =>
    run(['check', '212 555 2671', '--country', 'US', '--offline', '--at', time, ...more]);
  const noon = await ask('2026-03-04T12:00:00-05:00');
  t.match(noon, { code: 0, err: '' });
  t.match(
    noon.out,
    /^212 555 2671 may be called\n[\s\S]*us-federal [\s\S]*hours: calls only every day 08:00-21:00[\s\S]*\nnote: no service was asked: DNC lists, consent and earlier attempts/,
  );
  const night = JSON.parse((await ask('2026-03-04T03:00:00-05:00', '--json')).out);
  t.match(night, { verdict: 'defer', reasons: [{ rule: 'calling_window' }], note: /not consulted/ });
  t.match(night.until, /^2026-03-04T1[2-6]:/);
  t.match(await run(['check', 'hello', '--offline']), {
    code: 1,
    err: 'tactus: "hello" is not a phone number\n',
  });
  t.match(await run(['check', '212 555 2671', '--offline']), { code: 1, err: /no country code/ });
  t.match((await ask('2026-03-04T12:00:00-05:00', '--campaign', 'c')).err, /--offline knows no campaigns/);
});

t.test('KPIs, gates, halts and samples of a campaign are shown as tables and as JSON', async (t) => {
  const at = Date.parse('2026-03-04T16:00:00Z');
  const kpi = (numerator: number, denominator: number) => ({
    id: 'contact-rate',
    name: 'contact rate',
    unit: 'share',
    numerator,
    denominator,
    ...(denominator === 0 ? {} : { value: numerator / denominator, low: 0.21, high: 0.4 }),
    definition: 'right-party contacts ÷ attempts',
  });
  const halt = {
    at,
    stage: 'production',
    kind: 'kpi',
    by: 'engine',
    text: 'the contact rate has dropped',
    kpi: 'contact-rate',
    segment: { dimension: 'source', value: 'web' },
    baselineRate: 0.3,
    observed: { numerator: 4, denominator: 80, expected: 24 },
    test: 'mixture Shiryaev–Roberts',
    statistic: 12.34,
    threshold: 9.5,
    since: at - 60_000,
    worst: [
      {
        dimension: 'source',
        value: 'web\x1b[2J',
        numerator: 4,
        denominator: 80,
        baselineRate: 0.3,
        evidence: 1.3,
      },
    ],
  };
  const plan = (contacts: number) => ({ contacts, text: 'its gate needs so many' });
  const answers: Record<string, unknown> = {
    kpis: {
      campaignId: 'spring',
      rows: [
        { segment: 'all', attempts: 100, costPerSuccess: 12.5, kpis: [kpi(30, 100)] },
        { segment: 'web', attempts: 40, kpis: [kpi(0, 0)] },
      ],
    },
    progress: {
      gates: [
        {
          stage: 'pilot',
          at,
          decision: 'inconclusive',
          evidence: 'abandon rate 0/60',
          conditions: [
            {
              condition: 'maximumAbandonRatio',
              kpi: 'abandon-rate',
              verdict: 'inconclusive',
              numerator: 0,
              denominator: 60,
              interval: { low: 0, high: 0.049 },
              target: 0.03,
              test: 'exact binomial',
              text: '',
            },
          ],
          extendedBy: 130,
          why: '39 more live answers would decide it',
        },
      ],
      halts: [halt],
      blocked: [{ dimension: 'source', value: 'web', since: at, reason: halt.text }],
    },
    sample: {
      seed: 'spring',
      hash: 'ab12',
      list: 2_000,
      plans: { validation: plan(40), pilot: plan(100) },
      strata: ['region'],
      coverage: [{ stratum: 'north', contacts: 1_000, validation: 20, pilot: 50 }],
    },
  };
  const { received, environment } = await fakeService(t, ({ url, method }) => ({
    status: 200,
    body: method === 'GET' ? (answers[/\/(\w+)(\?|$)/.exec(url)?.[1] ?? ''] ?? campaign) : campaign,
  }));
  const show = async (line: string) => {
    const { code, out, err } = await run(['campaign', ...line.split(' ')], { environment });
    t.equal(code, 0, `${line}: ${err}`);
    t.notMatch(out, '\x1b');
    return out;
  };
  t.match(await show('kpis spring'), /contact rate +30\.0 % +21\.0 % – 40\.0 % +30 +100/);
  t.match(await show('kpis spring'), /cost per success +12\.50/);
  const told = await show('kpis spring --by source --stage pilot --kpi contact-rate');
  t.match(told, /^SOURCE +ATTEMPTS +CONTACT RATE/);
  t.match(told, /web +40 +- +- +0 +0/);
  t.equal(received.at(-1)?.url, '/v1/campaigns/spring/kpis?stage=pilot&by=source');
  const gates = await show('gates spring');
  t.match(gates, /pilot, inconclusive, 2026-03-04T16:00:00\.000Z/);
  t.match(gates, /extended +by 130 contacts: 39 more live answers/);
  t.match(gates, /maximumAbandonRatio +inconclusive +0 +60 +0\.0 % – 4\.9 % +3\.0 %/);
  const halts = await show('halts spring');
  t.match(halts, /what +source web alone/);
  t.match(halts, /observed +5\.0 % \(4 of 80, 24\.0 expected\)/);
  t.match(halts, /Shiryaev–Roberts: 12\.3 over 9\.50/);
  t.match(halts, /put right +not yet/);
  t.match(halts, /NOT DIALLED/);
  t.match(await show('sample spring'), /pilot +100 contacts: its gate needs so many/);
  t.match(await show('sample spring'), /north +1000 +20 +50 +5\.0 %/);
  t.match(JSON.parse(await show('kpis spring --json')), { rows: [{ segment: 'all' }, { segment: 'web' }] });
  t.match(JSON.parse(await show('gates spring --json')), [{ extendedBy: 130 }]);
  t.match(JSON.parse(await show('halts spring --json')), { halts: [{ kpi: 'contact-rate' }], blocked: [{}] });
  t.match(JSON.parse(await show('sample spring --json')), { hash: 'ab12' });

  await show('resume spring --reason fixed --touched script,list');
  t.same(JSON.parse(received.at(-1)!.body), { reason: 'fixed', touched: ['script', 'list'] });
  const wrong = await run(['campaign', 'resume', 'spring', '--touched', 'colour'], { environment });
  t.not(wrong.code, 0);
  t.match(wrong.err, /"colour" is none of script, offer, list, team, other/);
});
