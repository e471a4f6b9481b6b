/**
 * Domain events as protobuf, after `events.proto`. Every field of an event has the field of the same name
 * in the message that is named after the event's kind.
 */
import protobuf from 'protobufjs';
import type { DomainEvent, DomainEventKind, JournalledEvent } from './domain-events.js';
import { eventsProto } from './events-proto.js';

/** Field of the envelope's `oneof` for each kind: the kind in camel case. */
const FIELD_OF: Readonly<Record<DomainEventKind, string>> = {
  'campaign-changed': 'campaignChanged',
  'gate-decided': 'gateDecided',
  'attempt-started': 'attemptStarted',
  'attempt-answered': 'attemptAnswered',
  'attempt-connected': 'attemptConnected',
  'attempt-ended': 'attemptEnded',
  'disposition-recorded': 'dispositionRecorded',
  'agent-changed': 'agentChanged',
  'number-suppressed': 'numberSuppressed',
  'lead-refused': 'leadRefused',
  'switch-changed': 'switchChanged',
  resynchronised: 'resynchronised',
  'halt-raised': 'haltRaised',
  'phase-changed': 'phaseChanged',
  'caller-id-flagged': 'callerIdFlagged',
  'emergency-stop-changed': 'emergencyStopChanged',
  'switch-drain-changed': 'switchDrainChanged',
  'call-changed': 'callChanged',
  'inbound-changed': 'inboundChanged',
  'preview-changed': 'previewChanged',
};

/** Every kind of domain event. */
export const domainEventKinds = Object.keys(FIELD_OF) as readonly DomainEventKind[];

const KIND_OF = new Map(domainEventKinds.map((kind) => [FIELD_OF[kind], kind]));

const envelope = protobuf.parse(eventsProto).root.lookupType('tactus.Event');

/** Absent fields come back as what proto3 means by them: 0, false or the empty string. */
const AS_PLAIN_DATA: protobuf.IConversionOptions = { longs: Number, defaults: true, oneofs: true };

/** `sequence` is the event's position in the journal, where it has one. */
export function encodeEvent(event: DomainEvent, sequence = 0): Uint8Array {
  return envelope.encode({ at: event.at, sequence, [FIELD_OF[event.kind]]: event }).finish();
}

/** @throws Error when the bytes are no event, or one of a kind that this build does not know. */
export function decodeEvent(bytes: Uint8Array): DomainEvent {
  return decodeJournalled(bytes).event;
}

/** The event with the sequence it was encoded with. */
export function decodeJournalled(bytes: Uint8Array): JournalledEvent {
  const message = envelope.toObject(envelope.decode(bytes), AS_PLAIN_DATA);
  const field = message['event'] as string | undefined;
  const kind = field === undefined ? undefined : KIND_OF.get(field);
  if (field === undefined || kind === undefined) {
    throw new Error('an event of an unknown kind: it was written by a newer version');
  }
  const event = { kind, at: message['at'], ...message[field] } as DomainEvent;
  return { sequence: message['sequence'] as number, event };
}
