/** The console's pages for what operators set up, in a real browser: edits, versions, and a lost update that is refused. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { ServiceProcess } from '../support/service-process.js';
import { chromiumPath, openPage, overflow, picture, seriousIssues, startBrowser } from './browser.js';

t.setTimeout(600_000);
const executable = chromiumPath();

if (executable === undefined) {
  const how = 'no Chromium: apt-get install chromium, or name one in TACTUS_CHROMIUM';
  console.error(`THE CONSOLE IS NOT TESTED: ${how}`);
  t.test('the console in a browser', { skip: how }, async () => undefined);
} else {
  await suite(executable);
}

async function suite(chromium: string): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'tactus-setup-'));
  const service = await ServiceProcess.start(data, ['--demo', '--time-scale', '5']);
  const browser = await startBrowser(chromium);
  t.teardown(async () => {
    await browser.close();
    await service.stop();
    await rm(data, { recursive: true, force: true });
  });
  const open = () => openPage(browser, { language: 'en', theme: 'light', width: 1280 });

  async function signIn(page: Page, username: string): Promise<void> {
    await page.goto(`${service.url}/#/login`);
    await page.locator('input[name=username]').fill(username);
    await page.locator('input[name=password]').fill('demo-password');
    await page.locator('button[type=submit]').click();
    await page.locator('.side nav').waitFor({ state: 'attached' });
  }
  const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();

  t.test('a script is written, edited, compared and restored; a lost update is told', async (t) => {
    const { page, context, errors } = await open();
    await signIn(page, 'operator');
    await page.getByRole('link', { name: 'Scripts and offers' }).click();
    await page.getByText('No script yet.').waitFor();
    await page.getByRole('link', { name: 'New script' }).click();
    await page.locator('input[name=id]').fill('renewal');
    await page.locator('input[name=name]').fill('Renewal');
    await page.locator('input[name="steps[0].id"]').fill('greeting');
    await page.locator('textarea[name="steps[0].text"]').fill('Good day {{name}}.');
    await page.getByRole('button', { name: 'Add: Step' }).click();
    await page.locator('input[name="steps[1].id"]').fill('interest');
    await page.locator('select[name="steps[1].kind"]').selectOption('choice');
    await page.locator('textarea[name="steps[1].text"]').fill('Would you like to renew?');
    await page.locator('input[name="steps[1].options[0].value"]').fill('yes');
    await page.locator('input[name="steps[1].options[0].label"]').fill('Yes');
    await page.locator('input[name="steps[1].options[0].next"]').fill('nowhere');
    await save(page);
    await page.locator('.field.wrong input[name="steps[1].options[0].next"]').waitFor();
    errors.length = 0; // The browser reports the refusal itself.
    await page.locator('input[name="steps[1].options[0].next"]').fill('greeting');
    await save(page);
    await page.getByRole('heading', { name: 'Renewal', level: 1 }).waitFor();
    t.match(await service.must('GET', '/v1/scripts/renewal'), {
      version: 1,
      steps: [{ kind: 'say' }, { kind: 'choice', options: [{ value: 'yes', next: 'greeting' }] }],
    });

    await page.locator('textarea[name="steps[0].text"]').fill('Hello {{name}}.');
    await save(page);
    await page.getByText('Renewal is saved as version 2.').waitFor();
    await page.getByRole('button', { name: 'Compare version 2' }).click();
    await page.getByRole('dialog').getByText('Good day').waitFor();
    await picture(page, 'versions');
    await page.keyboard.press('Escape');

    // Somebody else saves between the reading and the saving.
    await page.locator('input[name=name]').fill('Renewal, mine');
    const {
      version: _,
      id: __,
      createdAt: ___,
      updatedAt: ____,
      ...other
    } = await service.must('GET', '/v1/scripts/renewal');
    const key = await service.must('POST', '/v1/keys', { name: 'other', role: 'operator' });
    const put = await fetch(`${service.url}/v1/scripts/renewal`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${String(key['key'])}`,
        'content-type': 'application/json',
        'if-match': '"2"',
      },
      body: JSON.stringify({ ...other, name: 'Renewal, theirs' }),
    });
    t.equal(put.status, 200);
    await save(page);
    await page.getByText('Somebody else has saved this meanwhile').waitFor();
    await page.locator('.stale').getByText('Renewal, theirs').waitFor();
    t.same(await seriousIssues(page), [], 'axe, with the conflict on show');
    await picture(page, 'lost-update');
    t.match(await service.must('GET', '/v1/scripts/renewal'), { version: 3, name: 'Renewal, theirs' });
    errors.length = 0; // The refusal again.
    await page.getByRole('button', { name: 'Go on with mine' }).click();
    await save(page);
    await page.getByText('Renewal, mine is saved as version 4.').waitFor();

    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('renewal, version 5').waitFor();
    t.match(await service.must('GET', '/v1/scripts/renewal'), { version: 5, name: 'Renewal' });
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test('offers, dispositions, pools, profiles and caller ids are made', async (t) => {
    const { page, context, errors } = await open();
    await signIn(page, 'operator');
    const make = async (slug: string, fill: () => Promise<void>) => {
      await page.goto(`${service.url}/#/${slug}/-/new`);
      await page.locator('input[name=name]').waitFor();
      await fill();
      await save(page);
      await page.locator('.card', { hasText: 'Versions' }).first().waitFor();
      t.same(await seriousIssues(page), [], `axe: ${slug}`);
      await picture(page, `setup-${slug}`);
    };
    const field = (name: string, value: string) =>
      page.locator(`input[name="${name}"], textarea[name="${name}"]`).fill(value);
    await make('offers', async () => {
      await field('id', 'summer');
      await field('name', 'Summer');
      await field('text', '10 % off');
      await field('validUntil', '2031-09-01T00:00');
    });
    await make('dispositions', async () => {
      await field('id', 'sales');
      await field('name', 'Sales');
      await field('dispositions[0].value', 'stop');
      await field('dispositions[0].label', 'Do not call');
      await page.locator('select[name="dispositions[0].kind"]').selectOption('opt-out');
    });
    await make('pools', async () => {
      await field('id', 'sales');
      await field('name', 'Sales');
      await field('teams', 'north, south');
    });
    await make('agents', async () => {
      await field('id', 'zoe');
      await field('name', 'Zoe');
      await field('team', 'north');
      await page.locator('select[name=tier]').selectOption('expert');
      await field('languages', 'en, zh');
      await field('endpoint', 'user/1001');
    });
    await make('caller-ids', async () => {
      await field('id', 'east');
      await field('name', 'East');
      await field('numbers[0].number', '+12125550143');
      await field('dailyCap', '150');
    });
    await page.locator('.card', { hasText: 'Numbers now' }).getByText('free').waitFor();
    for (const [path, expected] of [
      ['/v1/offers/summer', { text: '10 % off' }],
      ['/v1/disposition-sets/sales', { dispositions: [{ kind: 'opt-out' }] }],
      ['/v1/agent-pools/sales', { teams: ['north', 'south'] }],
      ['/v1/agent-profiles/zoe', { tier: 'expert', languages: ['en', 'zh'], endpoint: 'user/1001' }],
      ['/v1/caller-id-pools/east', { dailyCap: 150, numbers: [{ number: '+12125550143' }] }],
    ] as const)
      t.match(await service.must('GET', path), expected, path);
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test('a campaign gets its hours, an area its emergency, an operator another password', async (t) => {
    const { page, context, errors } = await open();
    await signIn(page, 'operator');
    await service.must('POST', '/v1/campaigns', { id: 'spring', name: 'Spring' });
    await page.goto(`${service.url}/#/campaigns/spring/schedule`);
    await page.getByLabel('Dial by a schedule').check();
    await page.locator('input[name="schedule.timeZone"]').fill('America/New_York');
    await page.locator('input[name="schedule.hours.sat"]').fill('10:00-12:00, 13:00-15:00');
    await page.locator('textarea[name="schedule.dates"]').fill('2031-12-24\n2031-12-31 09:00-12:00');
    t.same(await seriousIssues(page), [], 'axe: schedule');
    await picture(page, 'schedule');
    await save(page);
    await page.getByText('The schedule is saved.').waitFor();
    const { settings } = (await service.must('GET', '/v1/campaigns/spring')) as { settings: object };
    t.match(settings, {
      schedule: {
        timeZone: 'America/New_York',
        hours: { mon: ['09:00-17:00'], sat: ['10:00-12:00', '13:00-15:00'] },
        dates: { '2031-12-24': [], '2031-12-31': ['09:00-12:00'] },
      },
    });
    await page.goto(`${service.url}/#/campaigns/spring/settings`);
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Spring is as it was in version 1.').waitFor();
    t.match(await service.must('GET', '/v1/campaigns/spring'), { version: 3 });

    await page.goto(`${service.url}/#/compliance/areas`);
    await page.getByRole('button', { name: 'New area' }).click();
    await page.locator('input[name=area]').fill('us-la');
    await page.locator('input[name=reason]').fill('Proclamation 33');
    await save(page);
    await page.getByText('nobody is called').waitFor();
    await page.getByRole('button', { name: 'Remove US-LA' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No area is under an emergency.').waitFor();

    await page.getByRole('button', { name: /Demo operator/ }).click();
    await page.getByRole('link', { name: 'Your account' }).click();
    await page.locator('input[name=currentPassword]').fill('demo-password');
    await page.locator('input[name=password]').fill('three blind mice ran');
    await page.locator('input[name=again]').fill('three blind mice');
    await page.getByText('The two are not the same.').waitFor();
    await page.locator('input[name=again]').fill('three blind mice ran');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed.').waitFor();
    // The session goes on: a write is still taken.
    await page.goto(`${service.url}/#/offers/summer`);
    await page.locator('textarea[name=text]').fill('15 % off');
    await save(page);
    await page.getByText('Summer is saved as version 2.').waitFor();
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test('a switch is taken out of service, with a reason, and returned', async (t) => {
    const { page, context, errors } = await open();
    await signIn(page, 'admin');
    await page.goto(`${service.url}/#/telephony`);
    await page.getByRole('button', { name: /^Take .* out of service$/ }).click();
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Take out of service' });
    t.equal(await confirm.isDisabled(), true, 'a reason is needed');
    await page.locator('input[name=reason]').fill('new release');
    await confirm.click();
    await page.getByText('new release').waitFor();
    t.match(await service.must('GET', '/v1/switches'), { items: [{ drain: { reason: 'new release' } }] });
    await page.getByRole('button', { name: /^Return .* to service$/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Return to service' }).click();
    await page.getByRole('button', { name: /^Take .* out of service$/ }).waitFor();
    const { items } = (await service.must('GET', '/v1/switches')) as { items: readonly object[] };
    t.notOk('drain' in (items[0] ?? {}));
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  const pages = [
    ['/scripts', 'tbody tr'],
    ['/scripts/renewal', 'form'],
    ['/offers', 'tbody tr'],
    ['/dispositions/sales', 'form'],
    ['/agents', 'tbody tr'],
    ['/agents/zoe', 'form'],
    ['/pools', 'tbody tr'],
    ['/caller-ids', 'tbody tr'],
    ['/caller-ids/east', 'form'],
    ['/telephony', 'tbody tr'],
    ['/compliance/areas', '.card'],
    ['/campaigns/spring/schedule', 'form'],
    ['/account', 'form, .banner'],
  ] as const;
  for (const look of [
    { language: 'zh', theme: 'dark', width: 1280 },
    { language: 'zh', theme: 'light', width: 390 },
  ] as const)
    t.test(
      `the pages in ${look.theme}, ${look.width} px: no issue, no sideways scroll, no error`,
      async (t) => {
        const { page, context, errors } = await openPage(browser, look);
        await signIn(page, 'admin');
        for (const [path, ready] of pages) {
          await page.goto(`${service.url}/#${path}`);
          await page
            .locator(`main ${ready.replace(', ', ', main ')}`)
            .first()
            .waitFor();
          t.equal(await page.locator('.page-head h1').count(), 1, `${path}: one heading`);
          t.equal(await overflow(page), 0, `${path}: no sideways scroll`);
          t.same(await seriousIssues(page), [], `${path}: axe`);
          await picture(page, `setup-${look.width}${path.replaceAll('/', '-')}`);
        }
        t.same(errors, [], 'nothing in the browser’s console');
        await context.close();
      },
    );

  t.test('those who may only read see no way to save', async (t) => {
    const { page, context, errors } = await open();
    await signIn(page, 'viewer');
    await page.goto(`${service.url}/#/scripts/renewal`);
    await page.locator('textarea[name="steps[0].text"]').waitFor();
    t.ok(await page.locator('textarea[name="steps[0].text"]').isDisabled());
    t.equal(await page.getByRole('button', { name: 'Save', exact: true }).count(), 0);
    t.equal(await page.getByRole('button', { name: 'Remove', exact: true }).count(), 0);
    await page.goto(`${service.url}/#/compliance/areas`);
    await page.getByText('No area is under an emergency.').waitFor();
    t.equal(await page.getByRole('button', { name: 'New area' }).count(), 0);
    t.same(errors, []);
    await context.close();
  });
}
