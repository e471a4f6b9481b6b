/** An agent's morning at the desktop in a real browser: ten calls, in English and in Chinese, with the link lost in between. */
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import t from 'tap';
import { startHarness, until } from '../api/harness.js';
import { picture as keepPicture } from './browser.js';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const CALLS = 10;
const consoleDirectory = fileURLToPath(new URL('../../api/console', import.meta.url));

const script = {
  name: 'Renewal',
  steps: [
    { id: 'hello', kind: 'say', text: 'Good morning {{name}}, this is the newspaper of {{city}}.' },
    {
      id: 'reads',
      kind: 'choice',
      text: 'Do you still read it?',
      options: [
        { value: 'yes', label: 'Yes' },
        { value: 'no', label: 'No', next: 'why' },
      ],
    },
    { id: 'years', kind: 'number', text: 'For how many years?', next: 'end' },
    { id: 'why', kind: 'text', text: 'Why not?' },
    { id: 'end', kind: 'say', text: 'Thank you.' },
  ],
};

const picture = (page: Page, name: string): Promise<void> => keepPicture(page, `agent-${name}`);

/** What axe finds serious, in words. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  )) as readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

async function open(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
}

t.test('an agent works ten calls at the desktop', async (t) => {
  const h = await startHarness({ consoleDirectory });
  t.teardown(() => h.close());
  await h.store.saveDocument({ kind: 'script', id: 'renewal', body: script, at: h.clock.now() });
  const made = await h.send('POST', '/v1/campaigns', {
    id: 'spring',
    name: 'Spring renewals',
    pool: 'sales',
    pacing: { method: 'progressive' },
    script: 'renewal',
    stages: { validation: { contacts: CALLS + 2, tiers: ['expert'] } },
    wrapUpSeconds: 600,
  });
  t.equal(made.status, 201, made.text);
  await h.send(
    'POST',
    '/v1/campaigns/spring/contacts',
    Array.from({ length: CALLS + 2 }, (_, index) => ({
      externalId: `crm-${index}`,
      name: `Person ${index}`,
      numbers: [`+1212555${1100 + index}`],
      timeZone: 'America/New_York',
      fields: { city: 'Albany', tariff: 'Weekend', since: '2019' },
    })),
  );
  const user = await h.send('POST', '/v1/users', {
    username: 'grace',
    name: 'Grace',
    role: 'agent',
    agentId: 'grace',
    password: 'three blind mice ran',
  });
  t.equal(user.status, 201, user.text);

  const browser = await open();
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1100, height: 820 }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  let quiet = false;
  page.on('console', (message) => {
    if (message.type() === 'error' && !quiet) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));

  await page.goto(`${h.url}/agent`);
  await page.getByLabel('User name').fill('grace');
  await page.getByLabel('Password').fill('three blind mice ran');
  await picture(page, '1-sign-in');
  quiet = true;
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Phone', { exact: true }).fill('1001');
  quiet = false;
  await page.getByText('Pool and team').click();
  await page.getByLabel('Pool').fill('sales');
  await page.getByLabel('Tier').selectOption('expert');
  await picture(page, '2-phone');
  t.same(await faults(page), [], 'the phone form is accessible');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  await h.send('POST', '/v1/campaigns/spring/start', {});
  await picture(page, '3-paused');
  t.match(await page.title(), /Paused/);
  await page.getByRole('button', { name: 'Ready', exact: true }).click();

  const status = page.locator('.state-now strong');
  const is = async (words: string) => {
    await until(async () => (await status.textContent()) === words, `the state is ${words}`);
  };
  const name = () => page.locator('#customer-name').textContent();
  const result = (code: string) => page.locator('.dispositions').getByRole('button', { name: code });
  const worked: string[] = [];
  for (let call = 0; call < CALLS; call++) {
    await is('Talking');
    worked.push((await name()) ?? '');
    if (call === 0) {
      await page.getByText(/^Good morning Person \d+, this is the newspaper of Albany\.$/).waitFor();
      await page.getByText('Yes', { exact: true }).click();
      await page.getByLabel('For how many years?').fill('7');
      await page.getByText('Thank you.').waitFor();
      await page.getByText('Saved', { exact: true }).waitFor();
      t.equal(await page.getByText('Why not?').count(), 0, 'the other branch stays away');
      await picture(page, '4-talking');
      t.same(await faults(page), [], 'a call is accessible');
      t.match(await page.title(), /^Talking \d+:\d\d · Person \d+/);
      await page.keyboard.press('Escape');
      await page.locator('#customer-name').click();
      await page.keyboard.press('h');
      await is('On hold');
      await picture(page, '5-hold');
      await page.getByRole('button', { name: 'Resume' }).click();
      await is('Talking');
    }
    if (call === 1) {
      await page.getByRole('button', { name: 'Transfer' }).click();
      await page.getByLabel('To', { exact: true }).fill('user/1002');
      await picture(page, '6-transfer');
      t.same(await faults(page), [], 'the dialog is accessible');
      await page.getByRole('button', { name: 'Transfer now' }).click();
    } else if (call === 2) {
      await page.getByRole('button', { name: 'Mute' }).click();
      await page.getByRole('button', { name: 'Unmute' }).waitFor();
      await page.getByRole('button', { name: 'Keypad' }).click();
      await page.getByText('Sent: –').waitFor();
      await page.keyboard.press('5');
      await page.getByText('Sent: 5').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Hang up' }).click();
    } else if (call === 3) {
      await page.getByRole('button', { name: 'Opt-out' }).first().click();
      await page.getByRole('button', { name: 'Never call again' }).click();
      await page.getByText('Opted out: never called again').waitFor();
      await page.getByRole('button', { name: 'Hang up' }).click();
    } else {
      await page.locator('#customer-name').click();
      await page.keyboard.press('x');
    }
    await is('Wrap-up');
    if (call === 4) {
      await result('Call back').click();
      await page.getByText('Times are the customer’s own: America/New_York.').waitFor();
      await page.getByLabel('Another time').fill('2026-03-05T23:30');
      await page.getByText('Not allowed then').waitFor();
      await picture(page, '7-callback');
      t.same(await faults(page), [], 'booking is accessible');
      await page.getByRole('button', { name: /^Take / }).click();
      await page.getByRole('button', { name: /^Book Fri/ }).click();
    } else if (call === 3) await result('Opt-out').click();
    else if (call === 5) {
      await page.getByLabel('Note').fill('Asked for the Sunday edition.');
      await picture(page, '8-wrap-up');
      await result('Sale').click();
    } else {
      await page.locator('#results-title').click();
      await page.keyboard.press('2');
    }
    if (call === CALLS - 1) break;
    await until(async () => (await name()) !== worked.at(-1), 'the next call');
  }
  t.equal(new Set(worked).size, CALLS, 'ten different people');

  const attempts = (await h.send('GET', '/v1/attempts?campaign=spring&limit=50')).body.items as {
    contactId: string;
    disposition?: { disposition: string; note: string };
    answers?: { answers: object };
  }[];
  const words = attempts.flatMap(({ disposition }) => disposition?.disposition ?? []);
  t.equal(words.length, CALLS);
  t.ok(words.includes('callback') && words.includes('opt-out') && words.includes('sale'));
  t.ok(attempts.some(({ answers }) => JSON.stringify(answers?.answers) === '{"reads":"yes","years":7}'));
  t.ok(attempts.some(({ disposition }) => disposition?.note === 'Asked for the Sunday edition.'));
  const opted = attempts.find(({ disposition }) => disposition?.disposition === 'opt-out');
  t.match(await h.store.contact(opted?.contactId ?? ''), { state: 'done', doneReason: 'opt-out' });
  const booked = attempts.find(({ disposition }) => disposition?.disposition === 'callback');
  t.match(await h.store.contact(booked?.contactId ?? ''), {
    state: 'callback',
    dueAt: Date.parse('2026-03-06T13:00:00Z'),
  });
  t.ok(
    h.telephony.controls.some(({ type }) => type === 'hand-over'),
    'the transfer reached the switch',
  );
  t.ok(h.telephony.controls.some(({ type }) => type === 'send-digits'));

  // The link is lost: nothing that may be old is shown, and what changed meanwhile is there afterwards.
  await is('Talking');
  quiet = true;
  await context.setOffline(true);
  await page.getByText('The link to the service is lost').first().waitFor();
  t.equal(await status.textContent(), 'Unknown');
  t.equal(await page.locator('.veiled[inert]').count(), 1, 'the card cannot be used');
  await page.waitForFunction("document.title.includes('link to the service is lost')");
  await picture(page, '9-link-lost');
  await h.send('POST', '/v1/agents/grace/hangup');
  await context.setOffline(false);
  await is('Wrap-up');
  quiet = false;
  t.equal(await page.locator('.veiled').count(), 0);

  await page.getByRole('button', { name: 'Grace' }).click();
  await page.getByRole('button', { name: '中文' }).click();
  await is('话后处理');
  await page.keyboard.press('Escape');
  await picture(page, '10-chinese');
  t.same(await faults(page), [], 'accessible in Chinese');
  await page.setViewportSize({ width: 420, height: 860 });
  await picture(page, '11-narrow');
  const wide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  t.ok(Number(wide) <= 0, 'nothing sticks out of a narrow window');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, '12-dark');
  t.same(await faults(page), [], 'accessible in a dark window');
  t.same(errors, [], 'no errors on the console');
});

t.test(
  'preview and dialling by hand: refusals are explained, and nothing goes round the rules',
  async (t) => {
    const h = await startHarness({ consoleDirectory });
    t.teardown(() => h.close());
    await h.send('POST', '/v1/campaigns', {
      id: 'hand',
      name: 'By hand',
      pool: 'sales',
      pacing: { method: 'preview', previewSeconds: 120 },
      stages: { validation: { contacts: 3, tiers: ['expert'] } },
    });
    const numbers = ['+12125551201', '+12125551202', '+12125551203'];
    await h.send(
      'POST',
      '/v1/campaigns/hand/contacts',
      numbers.map((number, index) => ({
        name: `Person ${index}`,
        numbers: [number],
        timeZone: 'America/New_York',
      })),
    );
    await h.send('POST', '/v1/users', {
      username: 'grace',
      name: 'Grace',
      role: 'agent',
      agentId: 'grace',
      password: 'three blind mice ran',
    });
    await h.send('POST', '/v1/agents/grace/login', { pool: 'sales', tier: 'expert', endpoint: 'user/1001' });
    await h.send('POST', '/v1/campaigns/hand/start', {});
    const browser = await open();
    t.teardown(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 760, height: 820 }, locale: 'en-GB' });
    page.setDefaultTimeout(30_000);
    await page.goto(`${h.url}/agent`);
    await page.getByLabel('User name').fill('grace');
    await page.getByLabel('Password').fill('three blind mice ran');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page
      .getByText('You are paused')
      .or(page.getByText('Paused', { exact: true }))
      .first()
      .waitFor();
    await page.getByLabel('Number').fill('+1 212 555 9876');
    await page.getByRole('button', { name: 'Dial', exact: true }).click();
    await page.getByText(/lets agents dial its contacts only/).waitFor();
    t.same(h.telephony.originated, []);
    await picture(page, '20-refused');
    t.same(await faults(page), [], 'accessible');
    await page.getByRole('button', { name: 'Ready', exact: true }).click();
    await page.getByText('Dial this contact?').waitFor();
    await picture(page, '21-preview');
    const first = await page.locator('#customer-name').textContent();
    await page.getByRole('button', { name: 'Skip' }).click();
    await page.getByRole('button', { name: 'Data incomplete' }).click();
    await until(
      async () => (await page.locator('#customer-name').textContent()) !== first,
      'another contact',
    );
    await h.send('POST', '/v1/dnc', { numbers, reason: 'asked' });
    await page.getByRole('button', { name: 'Dial', exact: true }).click();
    await page
      .getByText(/asked this company not to call/)
      .first()
      .waitFor();
    t.same(h.telephony.originated, [], 'nothing was dialled');
  },
);
