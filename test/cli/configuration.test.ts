/** What operators set up and look up, from the command line, on a real service. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { startHarness } from '../api/harness.js';
import { run } from './support.js';

const h = await startHarness();
const folder = await mkdtemp(join(tmpdir(), 'tactus-cli-'));
t.teardown(async () => {
  await h.close();
  await rm(folder, { recursive: true });
});
const tactus = (...line: string[]) =>
  run(line, { environment: { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.operator } });
const file = async (name: string, value: unknown): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value));
  return path;
};
const json = async (...line: string[]) => {
  const { code, out, err } = await tactus(...line, '--json');
  t.equal(code, 0, err);
  return JSON.parse(out);
};

t.test('a campaign is edited field by field, and each edit is a version', async (t) => {
  await tactus('campaign', 'create', 'Spring', '--id', 'spring');
  const dry = await tactus('campaign', 'edit', 'spring', '--set', 'ringSeconds=31', '--dry-run');
  t.match(dry.out, /ringSeconds +25 +31/);
  t.equal((await json('campaign', 'show', 'spring')).version, 1, 'nothing was changed');
  const edited = await tactus(
    'campaign',
    'edit',
    'spring',
    '--set',
    'ringSeconds=31',
    '--pacing',
    'ratio',
    '--ratio',
    '1.5',
  );
  t.equal(edited.code, 0, edited.err);
  t.match(
    edited.out,
    /saved as version 2\n.*\npacing.method +\S+ +ratio\npacing.ratio +- +1.5\nringSeconds +25 +31\n/,
  );
  const more = await file('more.json', { wrapUpSeconds: 45 });
  await tactus('campaign', 'edit', 'spring', '--from', more, '--unset', 'ringSeconds');
  const { settings, version } = await json('campaign', 'show', 'spring');
  t.match({ settings, version }, { version: 3, settings: { ringSeconds: 25, wrapUpSeconds: 45 } });
  t.match(
    (await tactus('campaign', 'versions', 'spring')).out,
    /3 +\S+ +test operator \(operator\) +ringSeconds wrapUpSeconds\n +2 .*\n +1 /,
  );
  t.match((await tactus('campaign', 'diff', 'spring', '1', '2')).out, /ringSeconds +25 +31/);
  t.match((await tactus('campaign', 'diff', 'spring')).out, /wrapUpSeconds +\d+ +45/);
  t.match((await tactus('campaign', 'restore', 'spring', '2')).out, /that is version 4 now/);
  t.match((await json('campaign', 'show', 'spring')).settings, { ringSeconds: 31 });
});

t.test('an edit on a version that is no more is refused, and says so in one line', async (t) => {
  const lost = await tactus('campaign', 'edit', 'spring', '--name', 'Lost', '--if-version', '1');
  t.match(lost, { code: 1, err: /^tactus: [^\n]*changed by somebody else[^\n]*\n$/ });
  t.match(await tactus('campaign', 'edit', 'spring', '--dry-run', '--name', 'x', '--if-version', '1'), {
    code: 1,
    err: /is at version 4, not 1/,
  });
  t.match(await tactus('campaign', 'edit', 'spring'), { code: 1, err: /nothing to change/ });
  t.match(await tactus('campaign', 'edit', 'spring', '--set', 'ringSeconds=900'), {
    code: 1,
    err: /ringSeconds/,
  });
  t.match(await tactus('campaign', 'edit', 'spring', '--set', '=3'), { code: 1, err: /field=value/ });
  t.match(await tactus('campaign', 'diff', 'nobody'), { code: 1, err: /no campaign nobody/ });
});

t.test('a campaign is cloned and gets its hours', async (t) => {
  t.match((await tactus('campaign', 'clone', 'spring', '--id', 'summer')).out, /summer has the settings/);
  t.match((await tactus('campaign', 'schedule', 'summer')).out, /^no schedule/);
  const hours = await file('hours.json', {
    timeZone: 'America/New_York',
    hours: { mon: ['09:00-17:00'] },
    dates: { '2026-12-24': [] },
  });
  const set = await tactus('campaign', 'schedule', 'summer', '--from', hours);
  t.match(set.out, /time zone +America\/New_York\nmon +09:00-17:00\n2026-12-24 +closed/, set.err);
  t.match(await json('campaign', 'schedule', 'summer'), { timeZone: 'America/New_York' });
  t.match((await tactus('campaign', 'schedule', 'summer', '--clear')).out, /^no schedule/);
  t.match(await tactus('campaign', 'schedule', 'summer', '--clear', '--from', hours), { code: 1 });
  const diagnosis = await tactus('campaign', 'diagnose', 'summer');
  t.match(diagnosis.out, /CHECK +GOOD +DETAIL/);
});

t.test('documents are saved, edited, compared and restored', async (t) => {
  const from = await file('offer.json', { name: 'Summer', text: '10 % off' });
  t.match((await tactus('offers', 'save', 'summer', '--from', from)).out, /saved as version 1/);
  t.match(
    (await tactus('offers', 'edit', 'summer', '--set', 'text=15 % off')).out,
    /version 2\n.*\ntext +10 % off +15 % off/,
  );
  t.match(await tactus('offers', 'edit', 'summer', '--set', 'text=x', '--if-version', '1'), { code: 1 });
  t.match((await tactus('offers', 'versions', 'summer')).out, /2 +\S+ +text\n +1 /);
  t.match((await tactus('offers', 'diff', 'summer')).out, /text +10 % off +15 % off/);
  t.match(JSON.parse((await tactus('offers', 'show', 'summer', '--version', '1')).out), {
    text: '10 % off',
  });
  t.match((await tactus('offers', 'restore', 'summer', '1')).out, /that is version 3 now/);
  t.equal((await tactus('offers', 'remove', 'summer')).code, 0);
  t.match((await tactus('offers', 'restore', 'summer', '2')).out, /that is version 4 now/, 'removed or not');
  t.match((await tactus('offers', 'list')).out, /summer +Summer +4/);
});

t.test('a campaign takes another script, and caller-id pools list their numbers', async (t) => {
  for (const id of ['one', 'two']) {
    const from = await file(`${id}.json`, {
      name: id,
      steps: [{ id: 'hello', kind: 'say', text: `Hello ${id}` }],
    });
    await tactus('scripts', 'save', id, '--from', from);
    const edited = await tactus('campaign', 'edit', 'spring', '--script', id);
    t.equal(edited.code, 0, edited.err);
  }
  t.match((await json('campaign', 'show', 'spring')).settings, {
    script: 'two',
    scripts: [{ id: 'two', text: /Hello two/ }],
  });
  const pool = await file('pool.json', { name: 'East', numbers: [{ number: '+12125550143' }] });
  t.equal((await tactus('caller-ids', 'save', 'east', '--from', pool)).code, 0);
  t.match((await tactus('caller-ids', 'list')).out, /east +East +1 +1/);
  t.match((await tactus('caller-ids', 'show', 'east')).out, /\+12125550143 +free +0/);
  t.match(JSON.parse((await tactus('caller-ids', 'settings', 'east')).out), { name: 'East', version: 1 });
});

t.test('switches, trunks and teams are listed', async (t) => {
  t.match((await tactus('switches')).out, /fs1 +up .* 0\.010 s +1/);
  t.match(await json('switches'), [{ id: 'fs1', connected: true, trunks: Array }]);
  t.match((await tactus('trunks')).out, /ID +SWITCH +STATE/);
  t.match(await tactus('switches', 'drain', 'fs1'), { code: 1, err: /needs --reason/ });
  t.match(await tactus('switches', 'drain', 'nowhere', '--reason', 'x'), {
    code: 1,
    err: /no switch nowhere/,
  });
  t.match(
    (await tactus('switches', 'drain', 'fs1', '--reason', 'new release')).out,
    /fs1 is drained: it may/,
  );
  t.match((await tactus('switches')).out, /fs1 +up, drained .*new release/);
  t.match((await tactus('switches', 'return', 'fs1')).out, /fs1 serves again/);
  t.match((await tactus('teams')).out, /no teams/);
});

t.test('halts are listed and put right; gates are listed', async (t) => {
  await h.send('POST', '/v1/campaigns', {
    id: 'run',
    name: 'Run',
    stages: { validation: { tiers: ['ordinary'] } },
  });
  await h.send('POST', '/v1/agents/a1/login', { endpoint: 'user/1001', ready: true });
  await h.send('POST', '/v1/campaigns/run/contacts', [{ numbers: ['+12025550150'] }]);
  t.match(await tactus('campaign', 'start', 'run'), { code: 0 });
  t.match(await tactus('halts', 'resume', 'run', '--reason', 'x'), { code: 1, err: /not halted/ });
  t.equal((await tactus('campaign', 'halt', 'run', '--reason', 'wrong list')).code, 0);
  t.match((await tactus('halts', '--open')).out, /run +validation +\S+ +operator .* NO +.*wrong list/);
  t.match(await tactus('halts', 'resume', 'run'), { code: 1, err: /--reason/ });
  t.match(await tactus('halts', 'resume', 'run', '--reason', 'list replaced', '--touched', 'shoes'), {
    code: 1,
    err: /none of script/,
  });
  const resumed = await tactus('halts', 'resume', 'run', '--reason', 'list replaced', '--touched', 'list');
  t.match(resumed.out, /campaign run is running/, resumed.err);
  t.equal((await tactus('halts', '--open')).out, 'no halts\n');
  t.match((await json('halts', 'list'))[0], { rectification: { text: 'list replaced' } });
  t.equal((await tactus('gates')).out, 'no gate has been decided yet\n');
  t.equal((await tactus('gates', 'list', '--waiting')).out, 'no gate waits for approval\n');
  t.match(await tactus('gates', 'approve', 'run'), { code: 1, err: /approv/ });
});

t.test('attempts, recordings and single contacts are looked at', async (t) => {
  let attempts = await json('attempts', 'list', '--campaign', 'run');
  for (let i = 0; i < 200 && attempts.length === 0; i++)
    attempts = await json('attempts', '--campaign', 'run');
  const [{ id, contactId }] = attempts;
  t.match((await tactus('attempts', 'show', id)).out, /campaign +run \(validation\)/);
  t.match(await tactus('attempts', '--campaign', 'nobody'), { code: 0, out: 'no such attempt\n' });
  t.match((await tactus('recordings', '--campaign', 'run')).out, /none of the \d+ attempts looked at/);
  const saved = await run(['recordings', 'save', id, '-o', join(folder, 'x.wav')], {
    environment: { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.supervisor },
  });
  t.match(saved, { code: 1, err: /under way|not recorded/ });
  t.match((await tactus('contacts', 'show', contactId)).out, /contact +c\d+\n[\s\S]*\+12025550150/);
  await h.send('POST', '/v1/campaigns/summer/contacts', [{ numbers: ['+12025550151'] }]);
  const [{ id: other }] = await json('contacts', 'search', '--campaign', 'summer');
  const edited = await tactus('contacts', 'edit', other, '--set', 'name=Ada', '--set', 'fields.plan=gold');
  t.match(edited.out, /name +Ada\n[\s\S]*plan +gold/, edited.err);
  t.match(await tactus('contacts', 'edit', other, '--set', 'state=done'), { code: 1, err: /none of/ });
});

t.test('consent and single numbers of the do-not-call lists', async (t) => {
  const granted = await tactus(
    'consent',
    'grant',
    '+12025550160',
    '--evidence',
    'form 4',
    '--level',
    'written',
  );
  t.match(granted.out, /^\+12025550160: granted \(written\)/, granted.err);
  t.match((await tactus('consent', 'refuse', '+12025550160', '--evidence', 'letter')).out, /: refused/);
  t.match((await tactus('consent', 'show', '+12025550160')).out, /granted +written .*form 4/);
  t.equal((await tactus('dnc', 'add', '+12025550161', '--reason', 'letter')).out, '1 added, of 1\n');
  t.match((await tactus('dnc', 'check', '+12025550161')).out, /on the internal list/);
  t.equal((await tactus('dnc', 'remove', '+12025550161')).code, 0);
  t.match((await tactus('dnc', 'check', '+12025550161')).out, /on none of the lists/);
});

t.test('imports that were begun are listed, with their errors', async (t) => {
  const list = join(folder, 'list.csv');
  await writeFile(list, 'name,phone\nAda,+12025550170\nBob,12\n');
  await tactus('import', list, '--campaign', 'summer');
  const [{ id }] = await json('imports', '--campaign', 'summer');
  t.match((await tactus('imports', 'show', id)).out, /completed\nrows +2: 1 added/);
  const errors = join(folder, 'errors.csv');
  t.equal((await tactus('imports', 'errors', id, '-o', errors)).code, 0);
  t.match(await readFile(errors, 'utf8'), /3,phone/);
});

t.test('an agent has a profile and a pool, and logs in by name alone', async (t) => {
  const sales = await file('sales.json', { name: 'Sales', teams: ['north'] });
  t.match((await tactus('pools', 'save', 'sales', '--from', sales)).out, /saved as version 1/);
  const ada = await file('ada.json', { name: 'Ada', team: 'north', tier: 'expert', endpoint: 'user/7' });
  t.match((await tactus('agent-profiles', 'save', 'ada7', '--from', ada)).out, /saved as version 1/);
  t.match((await tactus('agent-profiles', 'list')).out, /ada7 +Ada +north +expert +user\/7/);
  const login = await tactus('agents', 'login', 'ada7');
  t.equal(login.code, 0, login.err);
  t.match((await tactus('pools', 'status')).out, /sales +Sales +1 +1 \w+ +north/);
  t.match(await tactus('pools', 'remove', 'sales'), { code: 1, err: /agent ada7, who is logged in/ });
});
