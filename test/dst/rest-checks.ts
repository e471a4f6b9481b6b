/** What must hold when the trouble is over, and when nothing goes on any more. */
import assert from 'node:assert/strict';
import { callerIdsFreeAt } from '../../dialer/core/caller-ids.js';
import { STAGES } from '../../dialer/core/model.js';
import { presentStaff } from '../../dialer/core/staffing.js';
import type { State } from '../../dialer/core/state.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type { AttemptRecord, ContactRecord } from '../../dialer/store/port.js';
import type { VirtualRun } from '../../sim/virtual/virtual-run.js';
import { checkAtRest, checkBookkeeping } from '../core/bookkeeping.js';
import { recount, recountBlocks } from '../core/invariants.js';
import { type Checker, Violation, violated } from './checker.js';

const ALL = 1_000_000;
/** Longest that a lease may hold a contact. */
const LONGEST_LEASE = 6 * 60_000;

/** Contacts that were due, and might be called, when the trouble was over. */
export interface Waiting {
  readonly at: number;
  readonly contacts: ReadonlyMap<string, ContactRecord>;
}

/** Rethrows a failed assertion under the name of an invariant. */
function under(invariant: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Violation) throw error;
    throw new Violation(invariant, (error as Error).message);
  }
}

export function waitingContacts(checker: Checker, store: StoreOperations, state: State): Waiting {
  const contacts = new Map<string, ContactRecord>();
  for (const [id, settings] of checker.settings) {
    for (const contact of store.contacts({ campaignId: id, limit: ALL }).items) {
      if (contact.state !== 'open' || contact.dueAt > state.now) continue;
      const callable = contact.numbers.every(
        ({ e164, dead, attempts }) =>
          !dead &&
          attempts === 0 &&
          !checker.dnc(e164, id) &&
          checker.consent(e164) === 'granted' &&
          store.recentAttempts(e164, 0).length === 0,
      );
      if (callable && contact.attempts < settings.maximumAttempts) contacts.set(contact.contactId, contact);
    }
  }
  return { at: state.now, contacts };
}

/** An agent who has been ready for so long, with somebody to call, and no call was placed: the engine is stuck. */
const LONGEST_PAUSE = 120_000;

/** Liveness: contacts that were due and lawful at the beginning are not left alone while an agent has nothing to do. */
export function checkNothingWaits(
  { at, contacts }: Waiting,
  checker: Checker,
  store: StoreOperations,
  state: State,
): void {
  if (state.now - checker.lastOriginate < LONGEST_PAUSE) return;
  for (const campaign of state.campaigns.values()) {
    const { id } = campaign.settings;
    if (campaign.status !== 'running' || campaign.statusSince > at + 5_000) continue;
    // Outside its hours, or with no number to show, it does not dial.
    if (!campaign.schedule.open || callerIdsFreeAt(state, campaign) > state.now) continue;
    const staff = presentStaff(campaign);
    const idle = [...state.agents.values()].find(
      (agent) =>
        agent.state === 'ready' &&
        agent.stateSince < state.now - LONGEST_PAUSE &&
        staff.tiers.includes(agent.tier) &&
        (staff.teams === undefined || staff.teams.includes(agent.team)) &&
        state.switches.get(agent.switchId)?.up === true,
    );
    if (idle === undefined) continue;
    for (const contact of contacts.values()) {
      if (contact.campaignId !== id || STAGES.indexOf(contact.stage) > STAGES.indexOf(campaign.stage))
        continue;
      const now = store.contact(contact.contactId);
      // Held back for a phase whose turn has not come, or that waits for its agents.
      const held = campaign.untried > 0 || campaign.awaitedPhase !== undefined;
      if (now?.heldPhase !== undefined && held) continue;
      if (now?.state === 'open' && now.dueAt <= at && now.attempts === contact.attempts)
        violated(
          'liveness',
          `${idle.id} is ready and ${contact.contactId} of ${id} has been due since ${new Date(now.dueAt).toISOString()}; limit ${campaign.limit}`,
        );
    }
  }
}

/** A2–A5, A7 and rule 5 when no call is live and everything is written. */
export function checkEnd(checker: Checker, run: VirtualRun, state: State): void {
  const { store } = run.engine;
  if (!run.engine.quiet) violated('A3', 'the store is still waited for');
  under('books', () => checkBookkeeping(state));
  for (const { id, state: at, hangUpReason, recovered, switchId, timer } of state.attempts.values()) {
    const line = state.switches.get(switchId);
    violated(
      'rule 5',
      `${id} is still ${at}${recovered ? ', recovered' : ''} (${hangUpReason || 'not given up'}); ${switchId} is ${line?.up ? 'up' : `down: ${line?.reason}`}; its deadline is ${timer?.at === undefined ? 'none' : new Date(timer.at).toISOString()}`,
    );
  }
  under('rule 5', () => checkAtRest(state));
  const attempts = checkAttempts(checker, store);
  const optedOut = checker.optedOut;
  for (const campaign of state.campaigns.values()) {
    const { id } = campaign.settings;
    const own = attempts.filter((a) => a.campaignId === id);
    for (const stage of STAGES)
      under('A7', () =>
        assert.deepEqual(
          { ...campaign.counters[stage] },
          recount(
            own.filter((a) => a.stage === stage),
            checker.settings.get(id),
            optedOut,
          ),
          `counters of ${id} in ${stage}`,
        ),
      );
    under('A7', () => {
      const totals = store.attemptTotals({ campaignId: id, from: 0, to: Number.MAX_SAFE_INTEGER });
      assert.deepEqual({ ...totals.byOutcome }, checker.outcomes(id), `outcomes of ${id}`);
    });
    if (campaign.settings.purpose === 'sales')
      under('A7', () => checkLedger(store, own, id, campaign.startedAt));
  }
  for (const [id, line] of state.switches) {
    let legs = 0;
    for (const leg of run.world.legs()) if (leg.switchId === id) legs++;
    if (line.channels !== legs)
      violated('A5', `${id} has ${legs} channels, the engine counts ${line.channels}`);
  }
  checkLeases(checker, store, state);
}

/** A3: the store's attempts are those of the books, and each has its one result. */
function checkAttempts(checker: Checker, store: StoreOperations): readonly AttemptRecord[] {
  const attempts = store.attempts({ limit: ALL }).items;
  if (attempts.length !== checker.attempts.size)
    violated(
      'A3',
      `${checker.attempts.size} intents were committed, the store has ${attempts.length} attempts`,
    );
  for (const attempt of attempts) {
    const { attemptId, result } = attempt;
    const booked = checker.attempts.get(attemptId);
    if (booked === undefined) violated('A3', `${attemptId} was never committed`);
    if (result === undefined) violated('A3', `${attemptId} has no result`);
    if (booked.result?.outcome !== result.outcome || booked.result.endedAt !== result.endedAt)
      violated('A3', `${attemptId} ended ${booked.result?.outcome} and is kept as ${result.outcome}`);
    // Answered by a person and put through to nobody is an abandon, whatever else is said about it.
    if (result.answeredAt !== undefined && result.connectedAt === undefined)
      if (!['abandoned', 'machine', 'short'].includes(result.outcome))
        violated('A7', `${attemptId} was answered, reached no agent and is ${result.outcome}`);
    if (result.connectedAt !== undefined && result.outcome !== 'connected')
      violated('A7', `${attemptId} reached an agent and is ${result.outcome}`);
  }
  return attempts;
}

/** A7: the abandon ledger against the attempts alone: 47 CFR 64.1200(a)(7). */
function checkLedger(
  store: StoreOperations,
  own: readonly AttemptRecord[],
  campaignId: string,
  startedAt: number | undefined,
): void {
  const expected = [...recountBlocks(own, startedAt ?? 0)].map(([from, counts]) => ({ from, ...counts }));
  const stored = store.abandonLedger({ campaignId, from: 0, to: Number.MAX_SAFE_INTEGER });
  assert.deepEqual(
    stored.map(({ from, answers, abandoned, machines }) => ({ from, answers, abandoned, machines })),
    expected,
    `abandon ledger of ${campaignId}`,
  );
}

/** Rule 5: no contact is leased, or waits for a disposition, for ever. */
function checkLeases(checker: Checker, store: StoreOperations, state: State): void {
  for (const [campaignId, settings] of checker.settings) {
    const now = state.now + LONGEST_LEASE;
    store.leaseLeads({
      type: 'lease-leads',
      campaignId,
      stage: 'production',
      count: 0,
      leaseUntil: now,
      lookbackSeconds: 86_400,
      scope: { purpose: settings.purpose, seller: '', subject: campaignId },
      readyAgents: [],
      now,
    });
    for (const { state: kept, count } of store.contactCounts(campaignId))
      if ((kept === 'leased' || kept === 'pending') && count > 0)
        violated('rule 5', `${count} contacts of ${campaignId} are ${kept} for ever`);
  }
}
