/**
 * Bugs to plant, each a change to a compiled file. They are planted as the engine is loaded (`planted-loader.ts`) and are
 * on no disk: production code has no switch for them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A change to one place of a compiled file. */
interface Change {
  /** Compiled file, from the folder of compiled files. */
  readonly file: string;
  /** Must be in the file exactly once. */
  readonly original: string;
  readonly planted: string;
}

export interface Mutation extends Change {
  readonly name: string;
  /** Guards behind it that would catch the same, taken away with it: one of two locks is not a hole. */
  readonly behind?: readonly Change[];
  /** Only shows on this store. */
  readonly store?: 'disk';
}

/** In order: the core, the rules, the stores. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the permit is not looked at again at the dial',
    file: 'dialer/core/dialing.js',
    original: 'attempt.intent.permit.expiresAt <= state.now',
    planted: 'false',
  },
  {
    name: 'a halt while the intent is written is not seen',
    file: 'dialer/core/dialing.js',
    original: "const why = campaign.status !== 'running'",
    planted: 'const why = false',
  },
  {
    name: 'an emergency stop while the intent is written is not seen',
    file: 'dialer/core/dialing.js',
    original: 'if (state.emergencyStop !== undefined) {',
    planted: 'if (false) {',
  },
  {
    name: 'a lost link while the intent is written is not seen',
    file: 'dialer/core/dialing.js',
    original: 'line?.up !== true',
    planted: 'false',
  },
  {
    name: 'a drain while the intent is written is not seen',
    file: 'dialer/core/dialing.js',
    original: ": state.draining\n            ? 'draining'",
    planted: ": false\n            ? 'draining'",
  },
  {
    name: 'a number suppressed while the intent is written is not seen',
    file: 'dialer/core/dialing.js',
    original: ': suppressedSince(state, campaign, attempt.number, attempt.intent.intendedAt);',
    planted: ": '';",
  },
  {
    name: 'originated before the intent is durable',
    file: 'dialer/core/dialing.js',
    original:
      "if (intents.length > 0)\n        emit(state, { type: 'commit-intents', intents });\n    for (const campaign of group.campaigns)",
    planted:
      "for (const i of intents) startDialing(state, state.attempts.get(i.attemptId));\n    if (intents.length > 0)\n        emit(state, { type: 'commit-intents', intents });\n    for (const campaign of group.campaigns)",
  },
  {
    name: 'an intent without a reaper',
    file: 'dialer/core/dialing.js',
    original: "setTimer(state, attempt, state.now + intentMilliseconds, { kind: 'intent', attempt });",
    planted: '',
  },
  {
    name: 'a wrap-up without a reaper',
    file: 'dialer/core/agents.js',
    original: "setTimer(state, agent, state.now + seconds * 1000, { kind: 'wrap-up', agent });",
    planted: '',
  },
  {
    name: 'a bridge without a reaper',
    file: 'dialer/core/calls.js',
    original: "setTimer(state, attempt, state.now + bridgeMilliseconds, { kind: 'bridge', attempt });",
    planted: 'clearTimer(state, attempt);',
  },
  {
    name: 'an agent is given a customer and not reserved',
    file: 'dialer/core/calls.js',
    original: 'if (agent.attempt !== attempt)\n        reserve(state, agent, attempt);',
    planted: '',
  },
  {
    name: 'a lost answer to an originate is taken for a call that never left, and dialled again',
    file: 'dialer/core/call-end.js',
    original: 'if (local) {',
    planted: "if (local || cause === 'COMMAND_TIMEOUT') {",
  },
  {
    name: 'what cannot be known is taken for not dialled, and dialled again',
    file: 'dialer/core/call-end.js',
    original: "finish(state, attempt, 'unknown', 'lost-track');",
    planted: "finish(state, attempt, 'not-dialed', 'lost-track');",
  },
  {
    name: 'an abandon is counted at the message and at the end',
    file: 'dialer/core/calls.js',
    original: "attempt.abandon = 'timeout';",
    planted: "attempt.abandon = 'timeout';\n    attempt.campaign.counters[attempt.stage].abandoned++;",
  },
  {
    name: 'counters are not saved with the result that they count',
    file: 'dialer/core/call-end.js',
    original: 'noteCounted(state, campaign);',
    planted: '',
  },
  {
    name: 'a channel of the trunk is not given back',
    file: 'dialer/core/call-end.js',
    original: 'freeChannel(attempt.trunk);',
    planted: ';',
  },
  {
    name: 'what nobody knows on the switch is left there',
    file: 'dialer/core/recovery.js',
    original: "emit(state, { type: 'hang-up', switchId, channelId, cause: 'NORMAL_CLEARING' });",
    planted: '',
  },
  {
    name: 'the switch is audited once and never again',
    file: 'dialer/core/recovery.js',
    original:
      "emit(state, { type: 'audit-channels', switchId: line.settings.id });\n    scheduleAudit(state, line, auditMilliseconds);",
    planted: "emit(state, { type: 'audit-channels', switchId: line.settings.id });",
  },
  {
    name: 'an opt-out is not put on the list',
    file: 'dialer/core/calls.js',
    original: "emit(state, { type: 'add-dnc', number, reason, at: state.now });",
    planted: '',
  },
  {
    name: 'attempt ids are drawn from the machine, not from the seed',
    file: 'dialer/core/identifiers.js',
    original: 'return result >>> 0;',
    planted: 'return (result ^ (Math.random() * 2)) >>> 0;',
  },
  {
    name: 'the daily cap of a caller id is not looked at',
    file: 'dialer/core/caller-ids.js',
    original: 'const spent = callerId.day === day && callerId.used >= callerId.dailyCap;',
    planted: 'const spent = false;',
  },
  {
    name: 'calls since the last save of the caller ids do not count after a crash',
    file: 'dialer/core/caller-ids.js',
    original: 'countSince(pool, saved?.since ?? []);',
    planted: ';',
  },
  {
    name: 'a campaign dials outside its hours',
    file: 'dialer/core/campaign-schedule.js',
    original: 'return { open: false, ended: false, until: Math.min(opens, endsAt) };',
    planted: 'return { open: true, ended: false, until: Math.min(opens, endsAt) };',
  },
  {
    name: 'an agent who takes a call back is not taken out of the dialling',
    file: 'dialer/core/inbound.js',
    original:
      "agent.inbound = call;\n    setAgentState(state, agent, 'paused', onInbound);\n    call.phase = 'joining';",
    planted: "agent.inbound = call;\n    call.phase = 'joining';",
  },
  {
    name: 'a customer on hold has no deadline',
    file: 'dialer/core/call-actions.js',
    original: "setTimer(state, handling, state.now + holdMilliseconds, { kind: 'hold', attempt });",
    planted: ';',
  },
  {
    name: 'the leg of a consultation is left when its call ends',
    file: 'dialer/core/call-handling.js',
    original: 'if (consult !== undefined && !consult.handed)\n        endSideLeg(state, consult);',
    planted: '',
  },
  {
    name: 'the store does not look at the DNC list when it commits',
    file: 'dialer/store/rules.js',
    original: 'if (facts.internalDnc)',
    planted: 'if (false)',
  },
  {
    name: 'the store does not look at consent when it commits',
    file: 'dialer/store/rules.js',
    original: "if (facts.consent.state === 'refused')",
    planted: 'if (false)',
    behind: [
      {
        file: 'dialer/store/rules.js',
        original: "if (intent.consentRequired && facts.consent.state !== 'granted')",
        planted: 'if (false)',
      },
      {
        file: 'dialer/store/rules.js',
        original: 'if (!reaches(facts.consent, leantOn))',
        planted: 'if (false)',
      },
    ],
  },
  {
    name: 'neither the core nor the store looks for another live attempt on the number',
    file: 'dialer/store/rules.js',
    original: 'if (facts.live)',
    planted: 'if (false)',
    behind: [
      {
        file: 'dialer/store/rules.js',
        original: 'return hasChanged(intent, facts)',
        planted: 'return false',
      },
      {
        file: 'dialer/core/dialing.js',
        original: '!state.liveNumbers.has(entry.request.number) &&',
        planted: '',
      },
      {
        file: 'dialer/core/hopper.js',
        original: 'if (state.liveNumbers.has(entry.request.number))',
        planted: 'if (false)',
      },
    ],
  },
  {
    name: 'the calling window is an hour too wide in the evening',
    file: 'compliance/packs/united-states.js',
    original: "            hours: { all: ['08:00-21:00'] },",
    planted: "            hours: { all: ['08:00-22:00'] },",
  },
  {
    name: 'a lease does not end',
    file: 'dialer/store/memory/contact-book.js',
    original: 'due !== undefined && due.leasedUntil <= now;',
    planted: 'due !== undefined && false;',
  },
  {
    name: 'an attempt that has ended takes a second result',
    file: 'dialer/store/memory/attempt-book.js',
    original: 'const attempt = this.#open.get(result.attemptId);',
    planted: 'const attempt = this.#open.get(result.attemptId) ?? this.#find(result.attemptId);',
  },
  {
    name: 'an attempt that has ended is handed to the next engine as open',
    file: 'dialer/store/memory/attempt-book.js',
    original: 'this.#open.delete(result.attemptId);',
    planted: '',
  },
  {
    name: 'a second disposition corrects the ledger again',
    file: 'dialer/store/memory/memory-store-core.js',
    original:
      'if (this.#attempts.recordDisposition(write))\n                    this.#ledger.post(write.disposition.campaignId, write.ledger);',
    planted:
      'this.#attempts.recordDisposition(write);\n                this.#ledger.post(write.disposition.campaignId, write.ledger);',
  },
  {
    name: 'an attempt that has ended takes a second result (SQLite)',
    file: 'dialer/store/sqlite/attempt-table.js',
    original: 'WHERE attempt_id = ? AND outcome IS NULL`);',
    planted: 'WHERE attempt_id = ?`);',
    store: 'disk',
  },
  {
    name: 'a transaction that was rolled back is answered as done (SQLite)',
    file: 'dialer/store/sqlite/batch.js',
    original: 'this.#commit.run();',
    planted: 'this.#rollback.run();',
    store: 'disk',
  },
];

/**
 * The compiled files with the bug in them, by their paths from the folder of compiled files.
 *
 * @param root folder of compiled files
 * @throws Error when the code has changed and the bug has no place any more
 */
export function plantedTexts(
  root: string,
  { name, behind = [], ...first }: Mutation,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { file, original, planted } of [first, ...behind]) {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
    const found = text.split(original).length - 1;
    if (found !== 1) throw new Error(`mutation "${name}": its place is ${found} times in ${file}, not once`);
    texts.set(
      file,
      text.replace(original, () => planted),
    );
  }
  return texts;
}
