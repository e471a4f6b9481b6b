/** The console in a real browser: an operator's campaign with its halt, a supervisor's floor, and every page's shape. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { ServiceProcess } from '../support/service-process.js';
import {
  chromiumPath,
  openPage,
  overflow,
  PATIENCE,
  PICTURED,
  picture,
  seriousIssues,
  startBrowser,
} from './browser.js';
import { importByPage, readWhy } from './import-steps.js';

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

    await importByPage(t, page, 'spring', errors);
    await readWhy(
      t,
      page,
      'Person 17',
      /was never called, and is not called now, because its campaign is a draft/,
    );
    await picture(page, 'contact-not-called');

    await page.getByRole('link', { name: 'spring', exact: true }).click();
    await page.getByRole('heading', { name: 'Spring renewals' }).waitFor();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
    await page.locator('.stage.done', { hasText: 'Validation' }).waitFor();
    await page
      .locator('.stage', { hasText: 'Pilot' })
      .getByText(/[1-9]\d* of 60 contacts done/)
      .waitFor();
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
    const called = (await service.must('GET', '/v1/contacts?campaign=spring&minimumAttempts=1&limit=1')) as {
      items: { name: string }[];
    };
    await readWhy(t, page, called.items[0]!.name, /The contact was called/);
    await page.locator('.timeline li', { hasText: 'Attempt' }).first().waitFor();
    await picture(page, 'contact-called');
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test(
    'an operator corrects a contact, never over another’s change; pauses a list; counts who to call again',
    async (t) => {
      const { page, context, errors } = await openPage(browser, {
        language: 'en',
        theme: 'light',
        width: 1280,
      });
      await signIn(page, 'operator');
      const { items } = (await service.must('GET', '/v1/contacts?campaign=spring&externalId=S-299')) as {
        items: { id: string; name: string }[];
      };
      const path = `/v1/contacts/${items[0]!.id}`;
      await page.goto(`${service.url}/#/contacts/${items[0]!.id}`);
      await page.getByRole('button', { name: 'Edit' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[name=name]').fill('Overwritten');
      const key = await service.must('POST', '/v1/keys', { name: 'crm', role: 'integrator' });
      const found = await fetch(`${service.url}${path}`, { headers: bearer(key) });
      const other = await fetch(`${service.url}${path}`, {
        method: 'PATCH',
        headers: {
          ...bearer(key),
          'content-type': 'application/json',
          'if-match': found.headers.get('etag') ?? '',
        },
        body: JSON.stringify({ fields: { product: 'cable' } }),
      });
      t.equal(other.status, 200, await other.text());
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('Somebody else changed this meanwhile.').waitFor();
      errors.length = 0; // The browser reports the refusal itself.
      await dialog.getByRole('button', { name: 'Show what it is now' }).click();
      await dialog.locator('input[aria-label="Value product"]').waitFor();
      await page.waitForFunction(
        'document.querySelector("dialog input[aria-label=\\"Value product\\"]")?.value === "cable"',
      );
      await dialog.locator('input[name=name]').fill('Put right');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Put right' }).waitFor();
      t.match(await service.must('GET', path), { name: 'Put right', fields: { product: 'cable' } });
      t.equal(
        await page.getByRole('button', { name: 'Erase the person' }).count(),
        0,
        'not an operator’s to do',
      );

      await page.goto(`${service.url}/#/campaigns/spring/lists`);
      await page.getByRole('button', { name: 'Pause the list fair' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Resume the list fair' }).waitFor();
      t.match(await service.must('GET', '/v1/campaigns/spring/lists'), {
        items: [{ name: 'fair', paused: true }],
      });
      await picture(page, 'lists');
      await page.getByRole('button', { name: 'Resume the list fair' }).click();
      await page.getByRole('button', { name: 'Pause the list fair' }).waitFor();

      await page.getByRole('button', { name: 'Call closed contacts again' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'How many would it be?' }).click();
      await page.getByText(/contacts? would be called again, of \d+ closed ones/).waitFor();
      t.same(await seriousIssues(page), []);
      await picture(page, 'recycle');
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      t.same(errors, [], 'nothing in the browser’s console');
      await context.close();
    },
  );

  t.test('a supervisor moves a callback, cancels it, and erases the person', async (t) => {
    const { page, context, errors } = await openPage(browser, {
      language: 'en',
      theme: 'light',
      width: 1280,
    });
    const promises = async () => {
      const { items } = (await service.must('GET', '/v1/callbacks?campaign=demo&status=open')) as {
        items: { contactId: string; contactName: string }[];
      };
      // Of two people with the same name nobody knows which row is meant.
      return items.filter(
        (one) => items.filter((other) => other.contactName === one.contactName).length === 1,
      );
    };
    await service.must('POST', '/v1/campaigns/demo/resume', {});
    await until('an agent has promised a call', async () => (await promises()).length > 0);
    // Nobody is called back while it is looked at.
    await service.must('POST', '/v1/campaigns/demo/pause', {});
    await until('its calls are over', async () => {
      const { live } = (await service.must('GET', '/v1/campaigns/demo')) as {
        live: { inFlight: number; talking: number };
      };
      return live.inFlight + live.talking === 0;
    });
    const [promised] = await promises();
    const name = promised!.contactName;
    await signIn(page, 'supervisor');
    await page.getByRole('link', { name: 'Callbacks' }).click();
    await page.getByRole('button', { name: `Move the callback of ${name}` }).click();
    await picture(page, 'callbacks');
    const now = Date.parse(String((await service.must('GET', '/v1/overview'))['at'])) || Date.now();
    const to = new Date(Math.max(now, Date.now()) + 40 * 86_400_000);
    await page.locator('input[name=at]').fill(to.toISOString().slice(0, 16));
    await page.getByRole('dialog').getByRole('button', { name: 'Move the callback' }).click();
    await page.locator('tr', { hasText: name }).filter({ hasText: 'moved 1 time' }).waitFor();
    t.same(await seriousIssues(page), []);
    await page.getByRole('button', { name: `Cancel the callback of ${name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click();
    await page.locator('tr', { hasText: name }).waitFor({ state: 'detached' });
    t.match(await service.must('GET', '/v1/callbacks?status=cancelled'), {
      items: [{ contactId: promised!.contactId, moved: 1 }],
    });
    await page.goto(`${service.url}/#/contacts/${promised!.contactId}`);
    await page.locator('.lead', { hasText: 'its callback was cancelled' }).waitFor();
    await page.getByRole('button', { name: 'Erase the person' }).click();
    await page.getByRole('dialog').locator('textarea').fill('case 2026-117');
    await page.getByRole('dialog').getByRole('button', { name: 'Erase the person' }).click();
    await page.locator('.lead', { hasText: 'the person was erased' }).waitFor();
    t.equal(await page.getByText(name, { exact: true }).count(), 0, 'the name is gone');
    t.same(errors, [], 'nothing in the browser’s console');
    await context.close();
  });

  t.test('a supervisor opens the floor, sorts it and pauses an agent', async (t) => {
    const { page, context, errors } = await openPage(browser, { language: 'en', theme: 'dark', width: 1280 });
    await signIn(page, 'supervisor');
    if (PICTURED) await pictureOfWork();
    await page.getByRole('link', { name: 'Floor' }).click();
    await page.getByText('24 agents logged in').waitFor();
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

  t.test('what a role may not do is not offered', async (t) => {
    const { items } = (await service.must('GET', '/v1/contacts?campaign=spring&limit=1')) as {
      items: { id: string }[];
    };
    const { page, context, errors } = await openPage(browser, {
      language: 'en',
      theme: 'light',
      width: 1280,
    });
    await signIn(page, 'viewer');
    await page.goto(`${service.url}/#/campaigns/spring/lists`);
    await page.locator('tr', { hasText: 'fair' }).first().waitFor();
    // Apart from those that sort a table.
    const offered = (): Promise<readonly string[]> =>
      page.locator('main button:not(.sort)').allTextContents();
    t.same(await offered(), [], 'lists are looked at only');
    t.equal(await page.getByRole('link', { name: 'Import a list' }).count(), 0);
    await page.goto(`${service.url}/#/contacts/${items[0]!.id}`);
    await page.locator('.lead').waitFor();
    t.same(await offered(), [], 'so are contacts');
    await page.getByText('not shown to your role').waitFor();
    t.match(await page.locator('td .mono').first().textContent(), /^\+\d+•+\d+$/, 'numbers are masked');
    await page.goto(`${service.url}/#/callbacks`);
    await page.locator('.card.flush').waitFor();
    t.same(await offered(), []);
    t.same(errors, []);
    await context.close();

    const other = await openPage(browser, { language: 'en', theme: 'light', width: 1280 });
    await signIn(other.page, 'agent');
    await other.page.getByRole('link', { name: 'Callbacks' }).waitFor();
    t.equal(await other.page.getByRole('link', { name: 'Contacts' }).count(), 0, 'agents search nobody');
    await other.context.close();
  });

  /** Pictures of agents at work, for the documentation. */
  async function pictureOfWork(): Promise<void> {
    const { page, context } = await openPage(browser, { language: 'en', theme: 'light', width: 1280 });
    await signIn(page, 'supervisor');
    await service.must('POST', '/v1/campaigns/demo/resume', {});
    await until('agents talk', async () => {
      const { items } = (await service.must('GET', '/v1/agents?state=talking')) as { items: unknown[] };
      return items.length >= 8;
    });
    await page.goto(`${service.url}/#/`);
    await page.locator('.card.campaign').nth(1).waitFor();
    // The charts begin with what was seen since the page was opened.
    await page.waitForTimeout(60_000);
    await picture(page, 'overview');
    await page.goto(`${service.url}/#/campaigns/demo/pacing`);
    await page.locator('.figures').waitFor();
    await picture(page, 'pacing');
    await page.goto(`${service.url}/#/floor`);
    await page.locator('tbody tr').first().waitFor();
    await picture(page, 'floor');
    await page
      .getByRole('button', { name: /^Listen/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await picture(page, 'listen');
    await context.close();
    await service.must('POST', '/v1/campaigns/demo/pause', {});
  }

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
        const one = async (list: string): Promise<string> =>
          String(((await service.must('GET', list)) as { items: { id: string }[] }).items[0]?.id);
        const own = [
          [`/contacts/${await one('/v1/contacts?campaign=spring&limit=1')}`, '.lead'],
          [`/campaigns/spring/imports/${await one('/v1/campaigns/spring/imports')}`, '.tally'],
        ] as const;
        for (const [path, ready] of [...pages, ...own]) {
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

function bearer(key: Readonly<Record<string, unknown>>): Record<string, string> {
  return { authorization: `Bearer ${String(key['key'])}` };
}

/** Asks again and again until it holds. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
