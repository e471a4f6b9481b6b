/**
 * How smoothly the console draws while the floor is busy: the real service with 50 campaigns running and 500 agents at work on
 * the simulated switch, and a real Chromium with the page open.
 *
 *   node dist/bench/frames.js [--agents 500] [--campaigns 50] [--seconds 60] [--language en]
 *
 * For each page: the time from one frame to the next (requestAnimationFrame), and the long tasks of the page's thread (50 ms
 * and more). An empty page of the same browser is measured in the same run: what it loses is the machine's, not the page's.
 * Chromium draws with the processor here, and the service and the switch are on the same cores, so the time that the page's
 * own thread works (script, style, layout), which Chromium counts itself, says more than the frames when the machine is busy.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openStore } from '../dialer/store/index.js';
import { scenarioFrom, startSimulatedSwitch } from '../sim/index.js';
import { chromiumPath, openPage, startBrowser } from '../test/browser/browser.js';
import { ServiceProcess } from '../test/support/service-process.js';
import { contactMaker, productionCampaign, saveCampaign } from './loaded-store.js';
import { type BenchOptions, type BenchTable, directArguments, runDirectly, say } from './table.js';

const given = directArguments(import.meta.url, ['agents', 'campaigns', 'seconds', 'language']);
const POOLS = 10;
const CONTACTS_EACH = 2_000;
const AT_ONCE = 20;
const SETTLING_MILLISECONDS = 5_000;
const PASSWORD = 'three blind mice ran';

/** In the page: notes frames and long tasks from `start` on. */
const RECORDER = `
  globalThis.recorder = {
    frames: [], tasks: [],
    start() {
      let last;
      const frame = (at) => {
        if (last !== undefined) this.frames.push(at - last);
        last = at;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) this.tasks.push(entry.duration);
      }).observe({ entryTypes: ['longtask'] });
    },
  };`;

interface Recorded {
  readonly frames: number[];
  readonly tasks: number[];
}

async function measure(page: Page, name: string, seconds: number): Promise<(string | number)[]> {
  await pause(SETTLING_MILLISECONDS);
  await page.evaluate(RECORDER);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  /** Seconds that the page's thread has worked since then. */
  const worked = async (): Promise<ReadonlyMap<string, number>> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return new Map(metrics.map(({ name: metric, value }) => [metric, value]));
  };
  const before = await worked();
  const began = performance.now();
  await page.evaluate('recorder.start()');
  await pause(seconds * 1000);
  const { frames, tasks } = (await page.evaluate('recorder')) as Recorded;
  const wall = (performance.now() - began) / 1000;
  const after = await worked();
  await session.detach();
  const share = (metric: string): string =>
    `${((100 * ((after.get(metric) ?? 0) - (before.get(metric) ?? 0))) / wall).toFixed(1)} %`;
  frames.sort((a, b) => a - b);
  tasks.sort((a, b) => a - b);
  const quantile = (q: number): string =>
    (frames[Math.min(frames.length - 1, Math.floor(q * frames.length))] ?? Number.NaN).toFixed(1);
  return [
    name,
    (frames.length / wall).toFixed(1),
    quantile(0.5),
    quantile(0.95),
    quantile(0.99),
    (frames.at(-1) ?? Number.NaN).toFixed(0),
    tasks.length,
    (tasks.at(-1) ?? 0).toFixed(0),
    share('TaskDuration'),
    share('ScriptDuration'),
    share('RecalcStyleDuration'),
    share('LayoutDuration'),
  ];
}

async function inBatches(count: number, each: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => each(from + i)));
}

/** Campaigns, five to a pool, with a list each. */
async function fill(file: string, campaigns: number): Promise<void> {
  const store = await openStore(`sqlite:${file}`);
  const contactOf = contactMaker();
  for (let i = 0; i < campaigns; i++) {
    const settings = productionCampaign(`campaign-${i}`, {
      name: `Campaign ${i} of the spring`,
      pool: `pool-${i % POOLS}`,
      wrapUpSeconds: 5,
    });
    await saveCampaign(store, settings);
    const contacts = Array.from({ length: CONTACTS_EACH }, (_, k) => contactOf(i * CONTACTS_EACH + k));
    for (let from = 0; from < CONTACTS_EACH; from += 1000)
      await store.addContacts(settings.id, contacts.slice(from, from + 1000), Date.now());
  }
  await store.close();
}

async function openConsole(browser: Browser, url: string, language: 'en' | 'zh') {
  const { page, errors } = await openPage(browser, { language, theme: 'light', width: 1280 });
  await page.goto(`${url}/#/login`);
  await page.locator('input[name=username]').fill('supervisor');
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.locator('.side nav').waitFor({ state: 'attached' });
  return { page, errors };
}

export async function rows({ quick, seed }: BenchOptions): Promise<BenchTable[]> {
  const agents = given.number('agents', quick ? 100 : 500, 1);
  const campaigns = given.number('campaigns', quick ? 10 : 50, 1);
  const seconds = given.number('seconds', quick ? 5 : 60, 1);
  const language = given.text('language', 'en') === 'zh' ? 'zh' : 'en';
  const executable = chromiumPath();
  if (executable === undefined)
    throw new Error('no Chromium: apt-get install chromium, or name one in TACTUS_CHROMIUM');
  const line = await startSimulatedSwitch({
    scenario: scenarioFrom({ people: { talk: { kind: 'uniform', from: 10, to: 60 } } }),
    seed: `frames-${seed}`,
    cps: 100_000,
    maxSessions: 100_000,
  });
  const folder = await mkdtemp(join(tmpdir(), 'tactus-frames-'));
  let service: ServiceProcess | undefined;
  let browser: Browser | undefined;
  try {
    await fill(join(folder, 'tactus.db'), campaigns);
    const config = join(folder, 'bench.yaml');
    await writeFile(config, 'rateLimits: {principal: {perSecond: 10000, burst: 20000}}\n');
    const flags = ['--config', config, '--switch', `${line.url}?gateway=pstn&channels=5000&cps=100`];
    service = await ServiceProcess.start(folder, [...flags, '--log-level', 'error', '--drain', '1']);
    const running = service;
    await inBatches(agents, (i) =>
      running.must('POST', `/v1/agents/a${i}/login`, {
        name: `Agent ${i} of the floor`,
        pool: `pool-${i % POOLS}`,
        team: `team ${i % 20}`,
        tier: 'expert',
        endpoint: `sofia/gateway/desk/tagent-${i}`,
        ready: true,
      }),
    );
    await inBatches(campaigns, (i) =>
      running.must('POST', `/v1/campaigns/campaign-${i}/start`, { reason: 'bench' }),
    );
    const supervisor = { username: 'supervisor', role: 'supervisor', password: PASSWORD };
    await service.must('POST', '/v1/users', supervisor);
    say(`${agents} agents and ${campaigns} campaigns at work`);

    browser = await startBrowser(executable);
    const empty = await browser.newPage();
    await empty.setContent('<!doctype html><title>empty</title><p>empty</p>');
    const figures = [await measure(empty, 'an empty page', Math.min(seconds, 20))];
    await empty.close();
    const { page, errors } = await openConsole(browser, service.url, language);
    const before = line.counts().originated;
    const began = performance.now();
    for (const [name, path, mark] of [
      ['overview', '/', '.card.campaign'],
      ['floor', '/floor', 'tbody tr'],
      ['campaigns', '/campaigns', 'tbody tr'],
    ] as const) {
      await page.goto(`${service.url}/#${path}`);
      await page.locator(mark).first().waitFor();
      figures.push(await measure(page, name, seconds));
    }
    if (errors.length > 0) throw new Error(`the browser's console says: ${errors.slice(0, 3).join('; ')}`);
    const { agents: states } = await service.must('GET', '/v1/overview');
    say(`agents at the end: ${JSON.stringify(states)}`);
    const made = ((line.counts().originated - before) * 1000) / (performance.now() - began);
    return [
      {
        title: 'Frames of the console',
        columns: [
          'page',
          'frames/s',
          'p50, ms',
          'p95, ms',
          'p99, ms',
          'longest, ms',
          'long tasks',
          'longest task, ms',
          "page's thread at work",
          'script',
          'style',
          'layout',
        ],
        rows: figures,
        notes: [
          `${agents} agents and ${campaigns} campaigns on screen, ${made.toFixed(0)} calls a second, ${seconds} s a page; Chromium without a graphics card, service and switch on the same ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} at the end. At 60 frames a second one takes 16.7 ms. Shares are of one core; "at work" is everything of the page's thread, painting included.`,
        ],
      },
    ];
  } finally {
    await browser?.close();
    await service?.kill();
    await line.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await runDirectly(import.meta.url, rows);
