/**
 * An agent's ten calls at the desktop, in the real service with people on a simulated switch behind real TCP. What the
 * server knows afterwards is compared with what the agent did.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { scenarioFrom, startSimulatedSwitch } from '../../sim/index.js';
import { callablePlace } from '../support/callable-numbers.js';
import { ServiceProcess } from '../support/service-process.js';
import { chromiumPath, openPage, picture, seriousIssues, startBrowser } from './browser.js';

const timeout = 600_000;
t.setTimeout(timeout);
const CALLS = 10;
const PASSWORD = 'three blind mice ran';
const LATER = 'Asked for the Sunday edition.';

/** They answer soon and talk for as long as they are wanted: a slow machine changes nothing. */
const patient = scenarioFrom({
  people: {
    answerRate: 1,
    machineRate: 0,
    busyRate: 0,
    invalidRate: 0,
    congestionRate: 0,
    dialLatency: { kind: 'uniform', from: 0.05, to: 0.1 },
    failureDelay: { kind: 'uniform', from: 0.05, to: 0.1 },
    ring: { kind: 'uniform', from: 0.2, to: 0.5 },
    talk: { kind: 'uniform', from: 3000, to: 3500 },
    patience: { kind: 'uniform', from: 3000, to: 3500 },
  },
});

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

interface Attempt {
  readonly contactId: string;
  readonly result?: { readonly outcome: string };
  readonly disposition?: { readonly disposition: string; readonly agentId: string; readonly note: string };
  readonly answers?: { readonly answers: object };
}

/** What the agent did with somebody. */
interface Done {
  readonly name: string;
  readonly disposition: string;
  /** What the card said of the calls before. */
  readonly history: readonly string[];
  readonly answers?: object;
  readonly note?: string;
  /** The callback as the agent read it, in the customer's time. */
  readonly booked?: { readonly local: string; readonly zone: string };
}

const executable = chromiumPath();
if (executable === undefined) {
  const how = 'no Chromium: apt-get install chromium, or name one in TACTUS_CHROMIUM';
  console.error(`THE AGENT DESKTOP IS NOT TESTED: ${how}`);
  t.test('an agent works ten calls', { skip: how }, async () => undefined);
} else {
  t.test('an agent works ten calls', { timeout }, (t) => shift(t, executable));
}

async function shift(t: Test, chromium: string): Promise<void> {
  const { number } = callablePlace();
  const line = await startSimulatedSwitch({ scenario: patient, seed: 'shift' });
  const data = await mkdtemp(join(tmpdir(), 'tactus-shift-'));
  const service = await ServiceProcess.start(data, ['--switch', `${line.url}?gateway=pstn`, '--drain', '2']);
  const browser = await startBrowser(chromium);
  t.teardown(async () => {
    await browser.close();
    await service.stop();
    await line.stop();
    await rm(data, { recursive: true, force: true });
  });
  const attempts = async (): Promise<readonly Attempt[]> => {
    const { items } = await service.must('GET', '/v1/attempts?campaign=spring&limit=100');
    return items as readonly Attempt[];
  };
  // Whoever is called first is busy, and is called again later.
  line.control.changePeople({ answerRate: 0, busyRate: 1 });
  await prepare(service, number);

  const { page, errors } = await openPage(browser, { language: 'en', theme: 'light', width: 1100 });
  await signIn(page, service.url);
  errors.length = 0; // The browser reports what a page asks before anybody is signed in.
  await page.getByLabel('Phone', { exact: true }).fill('1001');
  await page.getByText('Pool and team').click();
  await page.getByLabel('Pool').fill('sales');
  await page.getByLabel('Tier').selectOption('expert');
  t.same(await seriousIssues(page), [], 'the phone form is accessible');
  await page.getByRole('button', { name: 'Log in' }).click();
  /** Waits for a state; when it does not come, the service says what holds the calls back. */
  const is = (words: string): Promise<void> =>
    page
      .locator('.state-now strong')
      .getByText(words, { exact: true })
      .waitFor()
      .catch(async () => {
        const why = await service.must('GET', '/v1/campaigns/spring/diagnostics');
        const agent = await service.must('GET', '/v1/agents/grace');
        const now = await page.locator('.state-now strong').textContent();
        throw new Error(`${now}, not ${words}: ${JSON.stringify([why, agent, await attempts()])}`);
      });
  await is('Paused');
  await service.must('POST', '/v1/campaigns/spring/start', { reason: 'the shift begins' });
  await page.getByRole('button', { name: 'Ready', exact: true }).click();
  await until('the first is found busy', async () =>
    (await attempts()).some(({ result }) => result?.outcome === 'busy'),
  ).catch(async (error: Error) => {
    // Whatever holds the calls back is said by the service.
    const why = await service.must('GET', '/v1/campaigns/spring/diagnostics');
    throw new Error(`${error.message}: ${JSON.stringify([why, await attempts()])}`);
  });
  line.control.changePeople({ answerRate: 1, busyRate: 0 });

  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const result = (name: string): Locator => page.locator('.dispositions').getByRole('button', { name });
  const consult = async (to: string): Promise<void> => {
    await button('Transfer').click();
    await page.getByLabel('To', { exact: true }).fill(to);
    await button('Ask first').click();
    await page.locator('.consult').getByText(`Consulting ${to} · connected`).waitFor();
  };
  const done: Done[] = [];
  for (let call = 0; call < CALLS; call++) {
    await is('Talking');
    const name = (await page.locator('#customer-name').textContent()) ?? '';
    await page.getByText(`Good morning ${name}, this is the newspaper of Albany.`).waitFor();
    const history = await page.locator('.customer-history li b').allTextContents();
    let answers: object | undefined;
    switch (call) {
      case 0:
        await page.getByText('Yes', { exact: true }).click();
        await page.getByLabel('For how many years?').fill('7');
        await page.getByText('Thank you.').waitFor();
        await page.getByText('Saved', { exact: true }).waitFor();
        answers = { reads: 'yes', years: 7 };
        await button('Hold').click();
        await is('On hold');
        await button('Resume').click();
        await is('Talking');
        await picture(page, 'agent');
        t.same(await seriousIssues(page), [], 'a call is accessible');
        await button('Hang up').click();
        break;
      case 1:
        await consult('user/1002');
        await is('Consulting');
        await page.getByRole('button', { name: 'Back to the customer' }).click();
        await is('Talking');
        await button('Hang up').click();
        break;
      case 2:
        await consult('user/1003');
        await is('Consulting');
        await page.getByRole('button', { name: 'Talk all three' }).click();
        await is('Three-way');
        t.same(await seriousIssues(page), [], 'a conversation of three is accessible');
        t.equal(phones(), 2, 'the third is on the line');
        await page.getByRole('button', { name: 'Complete the transfer' }).click();
        break;
      case 3:
        await button('Opt-out').click();
        await button('Never call again').click();
        await page.getByText('Opted out: never called again').waitFor();
        await button('Hang up').click();
        break;
      case 4:
        await page.getByText('No', { exact: true }).click();
        await page.getByLabel('Why not?').fill('Too long');
        await page.getByText('Saved', { exact: true }).waitFor();
        answers = { reads: 'no', why: 'Too long' };
        await button('Hang up').click();
        break;
      case 5:
        // The customer ends it.
        for (const { uuid, agent, bridgedTo } of line.channels())
          if (!agent && bridgedTo !== '' && phoneOfAgent(bridgedTo)) line.control.hangUpFarEnd(uuid);
        break;
      default:
        await button('Hang up').click();
    }
    await is('Wrap-up');
    const did = async (disposition: string, label: string, more: Partial<Done> = {}): Promise<void> => {
      done.push({ name, disposition, history, ...more, ...(answers === undefined ? {} : { answers }) });
      await result(label).click();
    };
    if (call === 3) await did('opt-out', 'Opt-out');
    else if (call === 6) {
      await result('Call back').click();
      const said = page.getByText(/^Times are the customer’s own: /);
      const zone = /own: (\S+)\.$/.exec((await said.textContent()) ?? '')?.[1] ?? '';
      const time = page.locator('.callback-times button').first();
      const booked = (await time.textContent()) ?? '';
      await time.click();
      t.same(await seriousIssues(page), [], 'booking is accessible');
      await button('I do').click();
      done.push({ name, disposition: 'callback', history, booked: { local: booked, zone } });
      await button(`Book ${booked}`).click();
    } else if (call === 7) {
      await page.getByLabel('Note').fill(LATER);
      await did('sale', 'Sale', { note: LATER });
    } else if (call % 2 === 0) await did('sale', 'Sale');
    else await did('not-interested', 'Not interested');
    await until('the wrap-up is over', async () => !(await page.title()).startsWith('Wrap-up'));
  }

  function phones(): number {
    return line.channels().filter(({ agent, state }) => agent && state === 'answered').length;
  }
  function phoneOfAgent(uuid: string): boolean {
    return line.channels().some((leg) => leg.uuid === uuid && leg.number === 'agent-1001');
  }

  t.equal(new Set(done.map(({ name }) => name)).size, CALLS, 'ten different people');
  await until('every result is in the books', async () => {
    const given = (await attempts()).filter(({ disposition }) => disposition !== undefined);
    return given.length === CALLS;
  });
  await compare(t, service, done, await attempts(), number);
  t.same(errors, [], 'no errors on the console');
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 120_000; !(await holds()); await pause(100))
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
}

async function prepare(service: ServiceProcess, number: (index: number) => string): Promise<void> {
  await service.must('POST', '/v1/scripts', { id: 'renewal', ...script });
  await service.must('POST', '/v1/campaigns', {
    id: 'spring',
    name: 'Spring renewals',
    pool: 'sales',
    purpose: 'service',
    pacing: { method: 'progressive' },
    script: 'renewal',
    stages: { validation: { contacts: 2 * CALLS, tiers: ['expert'] } },
    retry: { busy: { maximumAttempts: 3, delaySeconds: 20 } },
    wrapUpSeconds: 600,
  });
  await service.must(
    'POST',
    '/v1/campaigns/spring/contacts',
    Array.from({ length: CALLS }, (_, index) => ({
      externalId: `crm-${index}`,
      name: `Person ${index}`,
      numbers: [number(index)],
      consent: 'granted',
      fields: { city: 'Albany', tariff: 'Weekend', since: '2019' },
    })),
  );
  await service.must('POST', '/v1/users', {
    username: 'grace',
    name: 'Grace',
    role: 'agent',
    agentId: 'grace',
    password: PASSWORD,
  });
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/agent`);
  await page.getByLabel('User name').fill('grace');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Phone', { exact: true }).waitFor();
}

/** A time as the desktop writes it: Tue 3 Mar, 15:30. */
function said(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(new Date(at));
}

/** Attempts, callbacks, the do-not-call list and consent are as the agent left them. */
async function compare(
  t: Test,
  service: ServiceProcess,
  done: readonly Done[],
  attempts: readonly Attempt[],
  number: (index: number) => string,
): Promise<void> {
  const { items } = await service.must('GET', '/v1/contacts?campaign=spring&limit=100');
  const contacts = items as readonly { id: string; name: string; state: string; doneReason?: string }[];
  const named = (name: string) => contacts.find((contact) => contact.name === name);
  for (const { name, disposition, history, answers, note, booked } of done) {
    const contact = named(name);
    const own = attempts.filter((attempt) => attempt.contactId === contact?.id);
    const [talk, ...more] = own.filter(({ result }) => result?.outcome === 'connected');
    t.same(more, [], `${name} was put through once`);
    const busy = own.filter(({ result }) => result?.outcome === 'busy');
    t.same(
      history,
      busy.map(() => 'Busy'),
      `${name}: the card told of the calls before`,
    );
    t.equal(talk?.disposition?.agentId, 'grace', `${name} talked with Grace`);
    t.equal(talk?.disposition?.disposition, disposition, `${name}: ${disposition}`);
    t.equal(talk?.disposition?.note ?? '', note ?? '', `${name}: the note`);
    t.same(talk?.answers?.answers, answers, `${name}: the answers`);
    const digits = number(Number(name.slice('Person '.length)));
    const { internal } = await service.must('GET', `/v1/dnc/${digits}`);
    const { consent } = await service.must('GET', `/v1/consent/${digits}`);
    const out = disposition === 'opt-out';
    t.equal(internal, out, `${name} is ${out ? 'on' : 'not on'} the do-not-call list`);
    t.equal(consent, out ? 'refused' : 'granted', `${name}: consent`);
    if (out) t.match(contact, { state: 'done', doneReason: 'opt-out' });
    if (booked === undefined) continue;
    const calls = await service.must('GET', `/v1/callbacks?contact=${contact?.id}`);
    const [callback, ...others] = calls['items'] as readonly { dueAt: string; agentId?: string }[];
    t.same(others, [], 'one callback');
    t.equal(
      said(callback?.dueAt ?? '', booked.zone),
      booked.local,
      'it is booked for the time that was chosen',
    );
    t.equal(callback?.agentId, 'grace', 'and for the agent who chose it');
    t.equal(contact?.state, 'callback');
  }
  t.ok(
    done.some(({ history }) => history.length > 0),
    'somebody was called before',
  );
}
