import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { ConfigError, loadSettings, type ServeFlags, withoutPassword } from '../../api/config/index.js';

const folder = mkdtempSync(join(tmpdir(), 'tactus-config-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'config.yaml');

/** The settings of a file with this content; the file's path in messages becomes `config.yaml`. */
function load(content: string, flags: ServeFlags = {}, environment: Record<string, string> = {}) {
  writeFileSync(file, content);
  return loadSettings({ config: file, ...flags }, environment);
}

function problems(content: string, flags: ServeFlags = {}): readonly string[] {
  try {
    load(content, flags);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((line) => line.replace(file, 'config.yaml'));
  }
  return [];
}

t.test(
  'nothing configured is a service on port 8080 with its data in ./data and the simulated switch',
  async (t) => {
    const settings = loadSettings({}, {});
    t.match(settings, {
      host: '127.0.0.1',
      port: 8080,
      switches: [],
      trunks: [],
      drainSeconds: 20,
      timeScale: 1,
      logLevel: 'info',
      demo: false,
    });
    t.equal(settings.dataDirectory, join(process.cwd(), 'data'));
    t.equal(settings.store, `sqlite:${join(process.cwd(), 'data', 'tactus.db')}`);
  },
);

t.test('a full file is read', async (t) => {
  const settings = load(`
host: 0.0.0.0
port: 9000
data: /var/lib/tactus
store: sqlite:/var/lib/tactus/calls.db
node: east-1
drainSeconds: 5
defaultCountry: us
metrics: 0.0.0.0:9090
logLevel: warn
switches:
  - id: fs1
    host: 10.0.0.5
    port: 8022
    password: secret
    maximumChannels: 400
    weight: 2
    callsPerSecond: 20
    trunks:
      - name: carrier-a
        dialString: sofia/gateway/carrier-a/{number}
        maximumChannels: 200
        weight: 3
        postDialDelaySeconds: 6
      - dialString: sofia/external/{number}@10.0.0.9
  - url: ari://dialer:pw@10.0.0.6:8088?gateway=carrier&app=west
`);
  t.match(settings, {
    port: 9000,
    node: 'east-1',
    defaultCountry: 'US',
    metrics: { host: '0.0.0.0', port: 9090 },
    switches: [
      { id: 'fs1', kind: 'freeswitch', host: '10.0.0.5', port: 8022, password: 'secret' },
      {
        ...{ id: 'switch-2', kind: 'asterisk', host: '10.0.0.6', port: 8088 },
        ...{ user: 'dialer', password: 'pw', application: 'west' },
      },
    ],
    switchSettings: [{ id: 'fs1', maximumChannels: 400, callsPerSecond: 20, weight: 2 }, { id: 'switch-2' }],
  });
  t.same(settings.trunks, [
    {
      name: 'carrier-a',
      switchId: 'fs1',
      dialString: 'sofia/gateway/carrier-a/{number}',
      maximumChannels: 200,
      callsPerSecond: 20,
      weight: 3,
      postDialDelaySeconds: 6,
    },
    {
      name: 'fs1-2',
      switchId: 'fs1',
      dialString: 'sofia/external/{number}@10.0.0.9',
      maximumChannels: 400,
      callsPerSecond: 20,
    },
    {
      name: 'switch-2-carrier',
      switchId: 'switch-2',
      dialString: 'PJSIP/{number}@carrier',
      maximumChannels: 1000,
      callsPerSecond: 30,
    },
  ]);
});

t.test('JSON is read as well', async (t) => {
  t.match(load('{"port": 9001, "demo": true}'), { port: 9001, demo: true });
});

t.test('flags go before the file, and named switches replace those of the file', async (t) => {
  const settings = load('port: 9000\ndrainSeconds: 5\nswitches:\n  - url: esl://:a@one\n', {
    port: '9002',
    switch: ['esl://:Clue%40Con@two:8023?gateway=gw&channels=10&cps=2.5'],
    demo: true,
  });
  t.match(settings, { port: 9002, drainSeconds: 5, demo: true });
  t.match(settings.switches, [{ id: 'switch-1', host: 'two', port: 8023, password: 'Clue@Con' }]);
  t.match(settings.trunks, [
    { dialString: 'sofia/gateway/gw/{number}', maximumChannels: 10, callsPerSecond: 2.5 },
  ]);
});

t.test('every wrong value is named with its place and what it must be', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['port: x', 'config.yaml: port: must be 0–65535, got "x"'],
    ['port: 70000', 'config.yaml: port: must be 0–65535, got 70000'],
    ['port: 1.5', 'config.yaml: port: must be 0–65535, got 1.5'],
    [
      'switches:\n  - {host: h, password: p, port: "x"}',
      'config.yaml: switches[0].port: must be 1–65535, got "x"',
    ],
    ['prot: 1', 'config.yaml: prot: is not a setting; did you mean port?'],
    ['drain_seconds: 1', 'config.yaml: drain_seconds: is not a setting; did you mean drainSeconds?'],
    ['drainSeconds: -1', 'config.yaml: drainSeconds: must be 0–3600 seconds, got -1'],
    ['demo: "yes"', 'config.yaml: demo: must be true or false, got "yes"'],
    ['store: mysql://x', 'config.yaml: store: must be sqlite:FILE or redis://HOST:PORT, got "mysql://x"'],
    [
      'defaultCountry: XX',
      'config.yaml: defaultCountry: must be an ISO 3166-1 country code such as US, got "XX"',
    ],
    ['metrics: nine', 'config.yaml: metrics: must be PORT or HOST:PORT, such as 127.0.0.1:9090, got "nine"'],
    [
      'logLevel: loud',
      'config.yaml: logLevel: must be one of trace, debug, info, warn, error, silent, got "loud"',
    ],
    ['switches: 5', 'config.yaml: switches: must be a list, got 5'],
    ['switches: [5]', 'config.yaml: switches[0]: must be a mapping of keys to values, got 5'],
    ['- 1', 'config.yaml: must be a mapping of keys to values, got [1]'],
    [
      'switches: [{url: "http://h"}]',
      'config.yaml: switches[0].url: must be esl://:PASSWORD@HOST:PORT or ari://USER:PASSWORD@HOST:PORT, got "http://h"',
    ],
    [
      'switches: [{url: "esl://h"}]',
      'config.yaml: switches[0].url: has no password: write it as esl://:PASSWORD@HOST:PORT or ari://USER:PASSWORD@HOST:PORT',
    ],
    ['switches: [{host: h}]', "config.yaml: switches[0].password: is missing: give the switch's password"],
    [
      'switches: [{url: "esl://:p@h", trunks: [{name: a, dialString: "sofia/gateway/x"}]}]',
      'config.yaml: switches[0].trunks[0].dialString: must be a dial string with {number}, {e164} or {national} once, such as sofia/gateway/carrier/{number}, got "sofia/gateway/x"',
    ],
    [
      'switches: [{url: "esl://:p@h", trunks: [{name: a}]}]',
      'config.yaml: switches[0].trunks[0].dialString: is missing: give it with {number} where the called number goes',
    ],
    [
      'switches: [{id: a, url: "esl://:p@h"}, {id: a, url: "esl://:p@g", trunks: [{name: b, dialString: "x/{number}"}]}]',
      'config.yaml: switches[1].id: is used twice: "a"',
    ],
    [
      'switches: [{url: "esl://:p@h", host: g}]',
      'config.yaml: switches[0].host: cannot stand beside url: give one or the other',
    ],
    [
      'timeScale: 5\nswitches: [{url: "esl://:p@h"}]',
      'config.yaml: timeScale: is for the simulated switch only: a real switch runs in real time',
    ],
  ];
  for (const [content, expected] of cases) t.same(problems(content), [expected], content);
});

t.test('a dial string that could carry a second argument or option is refused', async (t) => {
  for (const dialString of [
    'x/{number} &park()',
    'x/{number},y',
    'x/{number}|y',
    '[a=b]x/{number}',
    'x/{number}/{number}',
    "x/{number}'",
  ]) {
    const content = JSON.stringify({ switches: [{ url: 'esl://:p@h', trunks: [{ dialString }] }] });
    t.match(problems(content), [/dialString: must be a dial string with \{number\}.* once/], dialString);
  }
});

t.test('an Asterisk needs a user; an application is for Asterisk alone', async (t) => {
  const given = { kind: 'asterisk', host: 'h', password: 'p' };
  t.match(problems(JSON.stringify({ switches: [given] })), [/switches\[0\]\.user: is missing/]);
  t.same(problems(JSON.stringify({ switches: [{ ...given, user: 'u', application: 'west' }] })), []);
  t.match(problems(JSON.stringify({ switches: [{ url: 'esl://:p@h?app=west' }] })), [
    /is for Asterisk alone/,
  ]);
});

t.test('all problems are told at once, those of flags by the name of the flag', async (t) => {
  t.same([...problems('port: x\nlogLevel: loud', { drain: 'soon', switch: ['fs'] })].sort(), [
    '--drain: must be 0–3600 seconds, got "soon"',
    '--switch: must be esl://:PASSWORD@HOST:PORT or ari://USER:PASSWORD@HOST:PORT, got "fs"',
    'config.yaml: logLevel: must be one of trace, debug, info, warn, error, silent, got "loud"',
    'config.yaml: port: must be 0–65535, got "x"',
  ]);
});

t.test('a file that is not there or not YAML says where', async (t) => {
  t.throws(() => loadSettings({ config: '/nowhere/c.yaml' }, {}), {
    message: '/nowhere/c.yaml: cannot be read (ENOENT): check --config',
  });
  t.match(problems('port: 1\n  host: x'), [/^config.yaml:\d+:\d+: /]);
  t.match(problems('port: 1\nport: 2'), [/^config.yaml:2:1: Map keys must be unique/]);
});

t.test('environment variables are put into texts, and one that is not set is a problem', async (t) => {
  const variable = (name: string): string => `$\{${name}}`;
  const content = `switches:\n  - url: esl://:${variable('FS_PASSWORD')}@${variable('FS_HOST')}:8021\n`;
  t.match(load(content, {}, { FS_PASSWORD: 'secret', FS_HOST: 'fs' }).switches, [
    { host: 'fs', password: 'secret' },
  ]);
  t.same(problems(`data: ${variable('NOWHERE')}/x`), [
    'config.yaml: data: the environment variable NOWHERE is not set',
  ]);
});

t.test('the settings cannot be changed', async (t) => {
  const settings = load('switches: [{url: "esl://:p@h"}]');
  t.throws(() => Object.assign(settings, { port: 1 }), TypeError);
  t.throws(() => Object.assign(settings.trunks[0]!, { name: 'x' }), TypeError);
});

t.test('a password is never shown, and one of digits needs no quotes', async (t) => {
  t.equal(withoutPassword('esl://:ClueCon@h:8021'), 'esl://:***@h:8021');
  t.same(problems('switches: [{url: "esl://:secret@h/x"}]'), [
    'config.yaml: switches[0].url: must be esl://:PASSWORD@HOST:PORT or ari://USER:PASSWORD@HOST:PORT, got "esl://:***@h/x"',
  ]);
  t.same(problems('switches: [{host: h, password: [secret]}]'), [
    'config.yaml: switches[0].password: must be a text that is not empty',
  ]);
  t.match(load('switches: [{host: h, password: 1234}]').switches, [{ password: '1234' }]);
});
