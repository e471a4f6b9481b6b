import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs';
import t from 'tap';
import { decodeEvent, decodeJournalled, domainEventKinds, encodeEvent } from '../../dialer/events/codec.js';
import type { DomainEvent, DomainEventKind } from '../../dialer/events/domain-events.js';
import { eventsProto } from '../../dialer/events/events-proto.js';

const at = Date.UTC(2026, 2, 2, 9, 0, 0, 123);
const attempt = { attemptId: '0000cafe-0000-4000-8000-000000000001', campaignId: 'spring' };

/** One of each kind, with no field left at its default: a kind or field that is added is missed by the compiler. */
const samples: { readonly [K in DomainEventKind]: Required<Extract<DomainEvent, { kind: K }>> } = {
  'campaign-changed': {
    kind: 'campaign-changed',
    at,
    campaignId: 'spring',
    status: 'awaiting-approval',
    stage: 'pilot',
    reason: 'ünïcode ☎',
    by: 'ann',
  },
  'gate-decided': {
    kind: 'gate-decided',
    at,
    campaignId: 'spring',
    stage: 'validation',
    decision: 'inconclusive',
    evidence: 'abandoned 1 of 20',
    counters: {
      attempts: 1,
      liveAnswers: 2,
      machines: 3,
      connected: 4,
      abandoned: 5,
      successes: 6,
      optOuts: 7_000_000_000,
    },
    extendedBy: 120,
  },
  'caller-id-flagged': {
    kind: 'caller-id-flagged',
    at,
    pool: 'east',
    callerId: '+12025550143',
    since: 1_700_000_000_000,
    restUntil: 1_700_086_400_000,
    text: 'answered less than before',
  },
  'switch-drain-changed': {
    kind: 'switch-drain-changed',
    at,
    switchId: 'east',
    draining: true,
    reason: 'new release',
    by: 'ann',
  },
  'emergency-stop-changed': {
    kind: 'emergency-stop-changed',
    at,
    active: true,
    reason: 'wrong list loaded',
    by: 'ann',
  },
  'inbound-changed': {
    kind: 'inbound-changed',
    at,
    switchId: 'east',
    campaignId: 'spring',
    contactId: 'c-1',
    attemptId: 'a-1',
    agentId: 'ann',
    change: 'connected',
  },
  'call-changed': {
    kind: 'call-changed',
    at,
    attemptId: 'a-1',
    campaignId: 'spring',
    agentId: 'ann',
    change: 'consult-ended',
    detail: 'USER_BUSY',
  },
  'phase-changed': {
    kind: 'phase-changed',
    at,
    campaignId: 'spring',
    stage: 'pilot',
    phase: 2,
    phases: 3,
    change: 'waiting',
    reason: 'nobody is logged in',
  },
  'preview-changed': {
    kind: 'preview-changed',
    at,
    campaignId: 'spring',
    contactId: 'c7',
    agentId: 'ann',
    change: 'skipped',
    reason: 'moved abroad',
  },
  'halt-raised': {
    kind: 'halt-raised',
    at,
    campaignId: 'spring',
    stage: 'production',
    cause: 'kpi',
    kpi: 'contact-rate',
    dimension: 'source',
    value: 'Köln',
    since: 1_700_000_000_000,
    text: 'contact rate has dropped',
  },
  'attempt-started': {
    kind: 'attempt-started',
    at,
    ...attempt,
    stage: 'production',
    contactId: 'c1',
    switchId: 'main',
    trunk: 'carrier',
  },
  'attempt-answered': { kind: 'attempt-answered', at, ...attempt },
  'attempt-connected': {
    kind: 'attempt-connected',
    at,
    ...attempt,
    agentId: 'ann',
    waitedMilliseconds: 12,
  },
  'attempt-ended': {
    kind: 'attempt-ended',
    at,
    ...attempt,
    stage: 'production',
    contactId: 'c1',
    outcome: 'abandoned',
    abandonKind: 'timeout',
    cause: 'ORIGINATOR_CANCEL',
    agentId: 'ann',
    ringMilliseconds: 8000,
    talkMilliseconds: 90_000,
  },
  'disposition-recorded': {
    kind: 'disposition-recorded',
    at,
    ...attempt,
    contactId: 'c1',
    agentId: 'ann',
    disposition: 'sale',
    success: true,
  },
  'agent-changed': {
    kind: 'agent-changed',
    at,
    agentId: 'ann',
    pool: 'floor',
    state: 'wrap-up',
    reason: 'call ended',
    attemptId: attempt.attemptId,
  },
  'number-suppressed': { kind: 'number-suppressed', at, ...attempt, reason: 'key 9' },
  'lead-refused': {
    kind: 'lead-refused',
    at,
    campaignId: 'spring',
    contactId: 'c1',
    rule: 'calling_window',
    verdict: 'defer',
    detail: 'opens at 08:00',
  },
  'switch-changed': { kind: 'switch-changed', at, switchId: 'main', connected: true, reason: 'link up' },
  resynchronised: { kind: 'resynchronised', at, switchId: 'main', discrepancies: 3, orphans: 1 },
};

/** The same event with every field but kind and time at its default. */
function emptied(event: DomainEvent): DomainEvent {
  const empty = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, empty(inner)]));
    }
    return typeof value === 'number' ? 0 : typeof value === 'string' ? '' : false;
  };
  return { ...(empty(event) as DomainEvent), kind: event.kind, at: event.at } as DomainEvent;
}

for (const kind of domainEventKinds) {
  t.test(`an event of kind ${kind} comes back as it was`, async (t) => {
    const event: DomainEvent = samples[kind];
    t.same(decodeEvent(encodeEvent(event)), event);
    t.same(decodeEvent(encodeEvent(emptied(event))), emptied(event));
    t.same(decodeJournalled(encodeEvent(event, 2 ** 40 + 1)), { sequence: 2 ** 40 + 1, event });
  });
}

t.test('every kind has a message of its own in the envelope, and no message is without a kind', async (t) => {
  const envelope = protobuf.parse(eventsProto).root.lookupType('tactus.Event');
  t.equal(envelope.oneofs['event']?.fieldsArray.length, domainEventKinds.length);
  t.same([...domainEventKinds].sort(), Object.keys(samples).sort());
});

t.test('every message has a field for every field of its event, and no other', async (t) => {
  const envelope = protobuf.parse(eventsProto).root.lookupType('tactus.Event');
  for (const field of envelope.oneofs['event']?.fieldsArray ?? []) {
    const kind = field.name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) as DomainEventKind;
    const { kind: _kind, at: _at, ...fields } = samples[kind];
    const message = envelope.lookupType(field.type);
    t.same(message.fieldsArray.map((each) => each.name).sort(), Object.keys(fields).sort(), kind);
  }
});

t.test('the embedded text is that of events.proto', async (t) => {
  // Compiled tests run from dist/test/events.
  const file = new URL('../../../dialer/events/events.proto', import.meta.url);
  t.equal(eventsProto, await readFile(file, 'utf8'), 'paste events.proto into events-proto.ts');
});

t.test('bytes that are no event of this version are refused', async (t) => {
  t.throws(() => decodeEvent(new Uint8Array()), /unknown kind/);
  t.throws(() => decodeEvent(Uint8Array.of(0xff, 0xff, 0xff)));
});
