/** The console in a real browser: an operator's campaign with its halt, a supervisor's floor, and every page's shape. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { callablePlace } from '../support/callable-numbers.js';
import { ServiceProcess } from '../support/service-process.js';
import {
  chromiumPath,
  openPage,
  overflow,
  PATIENCE,
  picture,
  seriousIssues,
  startBrowser,
} from './browser.js';

t.setTimeout(600_000);
/** People and agents live so many times as fast as the browser. */
const TIME_SCALE = 20;
const executable = chromiumPath();

if (executable === undefined) {
  const how = 'no Chromium: apt-get install chromium, or name one in TACTUS_CHROMIUM';
  console.error(`THE CONSOLE IS NOT TESTED: ${how}`);
  t.test('the console in a browser', { skip: how }, async () => undefined);
} else {
  await suite(executable);
}

async function suite(chromium: string): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'tactus-browser-'));
  const service = await ServiceProcess.start(data, ['--demo', '--time-scale', String(TIME_SCALE)]);
  const browser = await startBrowser(chromium);
  t.teardown(async () => {
    await browser.close();
    await service.stop();
    await rm(data, { recursive: true, force: true });
  });
  // Its agents are for the campaign that the operator makes.
  await until('the demonstration runs', async () => {
    const { status } = await service.must('GET', '/v1/campaigns/demo');
    return status === 'running';
  });
  await service.must('POST', '/v1/campaigns/demo/pause', { reason: 'the agents are needed elsewhere' });

  async function signIn(page: Page, username: string): Promise<void> {
    await page.goto(`${service.url}/#/login`);
    await page.locator('input[name=username]').fill(username);
    await page.locator('input[name=password]').fill('demo-password');
    await page.locator('button[type=submit]').click();
    await page.locator('.side nav').waitFor({ state: 'attached' });
  }

  t.test('an operator makes a campaign, sees it halted, writes the rectification and resumes', async (t) => {
    const { page, context, errors } = await openPage(browser, {
      language: 'en',
      theme: 'light',
      width: 1280,
    });
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, 'operator');

    await page.getByRole('link', { name: 'Campaigns' }).click();
    await page.getByRole('link', { name: 'New campaign' }).click();
    await page.locator('input[name=name]').fill('Spring renewals');
    await page.locator('input[name=id]').fill('not a valid id!');
    await page.locator('input[name=pool]').fill('demo');
    await page.locator('select[name=purpose]').selectOption('service');
    await page.locator('input[name="stages.validation.contacts"]').fill('6');
    await page.locator('input[name="stages.pilot.contacts"]').fill('60');
    await page.locator('input[name="stages.pilot.gate.maximumRefusalRate"]').fill('1');
    await page.locator('input[name=maximumAttempts]').fill('1');
    await page.getByRole('button', { name: 'Create campaign' }).click();
    await page.locator('.field.wrong input[name=id]').waitFor();
    t.equal(
      await page.locator('input[name=id]').getAttribute('aria-invalid'),
      'true',
      'the problem is shown at its field',
    );
    errors.length = 0; // The browser reports the refusal itself.
    await page.locator('input[name=id]').fill('spring');
    await page.getByRole('button', { name: 'Create campaign' }).click();
    await page.getByRole('heading', { name: 'Spring renewals' }).waitFor();

    const imported = await importList(service, 'spring');
    t.match(
      imported,
      { state: 'completed', added: 300, rejected: 2 },
      'what is right of the list is in, what is wrong is told',
    );

    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await page.locator('.stage.done', { hasText: 'Validation' }).waitFor();
    await picture(page, 'campaign');
    await page.locator('.stage.halted', { hasText: 'Pilot' }).waitFor();
    await page.getByRole('link', { name: 'Gates and halts' }).click();
    await page.getByText('A gate failed').waitFor();
    await page
      .getByText(/The true rate is between .* wanted: at most 1\.0 %/)
      .first()
      .waitFor();
    await picture(page, 'halt');
    await page.locator('textarea[name=reason]').fill('The opening offended: a new script is in use.');
    await page.getByLabel('Script').check();
    await page.getByRole('button', { name: 'Resume with this rectification' }).click();
    await page.getByText('Changed: Script').waitFor();
    await page.locator('.page-head .pill', { hasText: 'Running' }).waitFor();
    const { halts } = (await service.must('GET', '/v1/campaigns/spring/progress')) as {
      halts: { rectification?: { text: string } }[];
    };
    t.match(halts.at(-1)?.rectification?.text, /new script/);
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test('a supervisor opens the floor, sorts it and pauses an agent', async (t) => {
    const { page, context, errors } = await openPage(browser, { language: 'en', theme: 'dark', width: 1280 });
    await signIn(page, 'supervisor');
    await page.getByRole('link', { name: 'Floor' }).click();
    await page.getByText('24 agents logged in').waitFor();
    await picture(page, 'floor');
    await page.getByRole('button', { name: 'Agent', exact: true }).click();
    await page.locator('th[aria-sort=ascending]', { hasText: 'Agent' }).waitFor();
    t.match(await page.locator('tbody tr').first().textContent(), /Experienced 1/);
    await page.getByPlaceholder('Name, id or team').fill('Ordinary 12');
    await page.getByRole('button', { name: 'Pause Ordinary 12' }).click();
    await page.getByRole('dialog').locator('textarea').fill('coaching');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.locator('.agent-state', { hasText: 'coaching' }).waitFor();
    const agent = (await service.must('GET', '/v1/agents?state=paused')) as {
      items: { pauseReason: string }[];
    };
    t.ok(agent.items.some(({ pauseReason }) => pauseReason === 'coaching'));
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test('the emergency stop is at hand on every page, and is seen until it is lifted', async (t) => {
    const { page, context, errors } = await openPage(browser, { language: 'zh', theme: 'light', width: 390 });
    await signIn(page, 'operator');
    await page.goto(`${service.url}/#/compliance`);
    await page.getByRole('button', { name: '停止全部拨号' }).click();
    await page.getByRole('dialog').locator('textarea').fill('wrong list');
    await page.getByRole('dialog').getByRole('button', { name: '全部停止' }).click();
    await page.locator('.emergency', { hasText: 'wrong list' }).waitFor();
    t.match(await service.must('GET', '/v1/emergency-stop'), { active: true, reason: 'wrong list' });
    await page.getByRole('button', { name: '解除停止' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '解除停止' }).click();
    await page.locator('.emergency').waitFor({ state: 'detached' });
    t.match(await service.must('GET', '/v1/emergency-stop'), { active: false });
    t.same(errors, []);
    await context.close();
  });

  t.test('by keyboard: past the navigation at once, and to any page', async (t) => {
    const { page, context } = await openPage(browser, { language: 'en', theme: 'light', width: 1280 });
    await signIn(page, 'admin');
    await page.goto(`${service.url}/#/`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('Tab');
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    await page.keyboard.press('Enter');
    t.equal(await page.evaluate('document.activeElement.id'), 'main');
    await page.evaluate('document.querySelector(".skip").focus()');
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.getAttribute("href")')) === '#/floor') break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Floor' }).waitFor();
    t.equal(await page.evaluate('document.activeElement.id'), 'main', 'the focus follows to the page');
    await context.close();
  });

  const pages: readonly (readonly [path: string, ready: string])[] = [
    ['/', '.card.campaign'],
    ['/campaigns', 'tbody tr'],
    ['/campaigns/new', 'form'],
    ['/campaigns/spring', '.checks'],
    ['/campaigns/spring/lists', 'tbody tr'],
    ['/campaigns/spring/import', '.drop'],
    ['/contacts', 'tbody tr'],
    ['/callbacks', '.card.flush'],
    ['/campaigns/spring/gates', '.gate'],
    ['/campaigns/spring/kpis', '.interval'],
    ['/campaigns/spring/pacing', '.figures'],
    ['/campaigns/spring/report', '.report header'],
    ['/campaigns/spring/settings', 'form'],
    ['/floor', 'tbody tr'],
    ['/compliance', 'form'],
    ['/compliance/registries', '.card.flush'],
    ['/compliance/packs', 'tbody tr'],
    ['/compliance/list', 'form'],
    ['/simulations', 'form'],
    ['/audit', 'tbody tr'],
    ['/webhooks', '.card.flush'],
    ['/users', 'tbody tr'],
    ['/nowhere', '.empty'],
  ];

  // Between them: both languages, both themes, both widths.
  for (const look of [
    { language: 'en', theme: 'light', width: 1280 },
    { language: 'zh', theme: 'dark', width: 1280 },
    { language: 'zh', theme: 'light', width: 390 },
  ] as const) {
    t.test(
      `every page in ${look.language}, ${look.theme}, ${look.width} px: no serious issue, no sideways scroll, no error`,
      async (t) => {
        const { page, context, errors } = await openPage(browser, look);
        await signIn(page, 'admin');
        for (const [path, ready] of pages) {
          await page.goto(`${service.url}/#${path}`);
          await page.locator(`main ${ready}`).first().waitFor({ timeout: PATIENCE });
          t.equal(await page.locator('.page-head h1').count(), 1, `${path}: one heading of the page`);
          t.equal(await overflow(page), 0, `${path}: no sideways scroll`);
          t.same(await seriousIssues(page), [], `${path}: axe`);
          if (look.language === 'en') await picture(page, `page${path.replaceAll('/', '-')}`);
        }
        t.same(errors, [], 'nothing in the browser’s console');
        await context.close();
      },
    );
  }

  t.test('the login page and the public overview are accessible, too', async (t) => {
    const { page, context, errors } = await openPage(browser, { language: 'zh', theme: 'dark', width: 390 });
    for (const [path, ready] of [
      ['/login', 'form'],
      ['/', '.card.campaign'],
    ] as const) {
      await page.goto(`${service.url}/#${path}`);
      await page.locator(ready).first().waitFor();
      t.same(await seriousIssues(page), [], path);
      t.equal(await overflow(page), 0, path);
    }
    t.same(errors, []);
    await context.close();
  });
}

/** A CSV of three hundred people who may be called now, and of some lines that are no good. */
async function importList(service: ServiceProcess, campaign: string): Promise<Record<string, unknown>> {
  const place = callablePlace();
  const people = Array.from({ length: 300 }, (_, i) => `${place.number(500_000 + i)},Person ${i},express`);
  const csv = [
    'phone,name,consent',
    ...people,
    '12,Too short,express',
    'not a number,No number,express',
  ].join('\n');
  const key = await service.must('POST', '/v1/keys', { name: 'import', role: 'operator' });
  const answer = await fetch(
    `${service.url}/v1/campaigns/${campaign}/contacts?numbers=phone&name=name&consent=consent&defaultCountry=${place.country}`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${String(key['key'])}`, 'content-type': 'text/csv' },
      body: csv,
    },
  );
  const job = (await answer.json()) as Record<string, unknown>;
  let now = job;
  await until('the import ends', async () => {
    now = await service.must('GET', `/v1/imports/${String(job['id'])}`);
    return now['state'] !== 'running' && now['state'] !== 'waiting';
  });
  return now;
}

/** Asks again and again until it holds. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
