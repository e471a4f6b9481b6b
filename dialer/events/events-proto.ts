/**
 * The text of `events.proto`, letter by letter, so that the compiled code needs no file beside it. A test
 * holds the two together: change `events.proto`, then paste it here.
 */
export const eventsProto = `// Wire form of Tactus's domain events: the journal, and every stream that carries protobuf.
//
// One Event holds one happening. Fields are only ever added, with new numbers; a reader skips what it does
// not know. Instants are milliseconds since 1970-01-01T00:00Z. Stages, statuses, outcomes and states are the
// words of the HTTP API. No message holds the phone number or the name of a person.
syntax = "proto3";

package tactus;

message Event {
  // When it happened.
  int64 at = 1;
  // Position in the journal, counting from 1; 0 when it is not (yet) journalled.
  uint64 sequence = 2;

  oneof event {
    CampaignChanged campaign_changed = 10;
    GateDecided gate_decided = 11;
    AttemptStarted attempt_started = 12;
    AttemptAnswered attempt_answered = 13;
    AttemptConnected attempt_connected = 14;
    AttemptEnded attempt_ended = 15;
    DispositionRecorded disposition_recorded = 16;
    AgentChanged agent_changed = 17;
    NumberSuppressed number_suppressed = 18;
    LeadRefused lead_refused = 19;
    SwitchChanged switch_changed = 20;
    Resynchronised resynchronised = 21;
    HaltRaised halt_raised = 22;
    PhaseChanged phase_changed = 23;
    EmergencyStopChanged emergency_stop_changed = 24;
    CallChanged call_changed = 25;
    InboundChanged inbound_changed = 26;
    CallerIdFlagged caller_id_flagged = 27;
    PreviewChanged preview_changed = 28;
    SwitchDrainChanged switch_drain_changed = 29;
  }
}

// A campaign's status or stage changed.
message CampaignChanged {
  string campaign_id = 1;
  // draft, running, awaiting-approval, paused, halted, stopped, completed
  string status = 2;
  // validation, pilot, production
  string stage = 3;
  string reason = 4;
  // Who did it: an operator, or the engine.
  string by = 5;
}

// The gate at the end of a stage was looked at.
message GateDecided {
  string campaign_id = 1;
  string stage = 2;
  // pass, fail, inconclusive
  string decision = 3;
  // One line with the figures that decided.
  string evidence = 4;
  StageCounters counters = 5;
  // Contacts that the sample is extended by, where it could not decide; 0 otherwise.
  uint64 extended_by = 6;
}

// Another part of a stage's sample is worked by other agents, or waits for them.
message PhaseChanged {
  string campaign_id = 1;
  string stage = 2;
  // Counting from 1, of so many.
  uint32 phase = 3;
  uint32 phases = 4;
  // begun; waiting: the phase before it is worked, and nobody who may work this one is logged in.
  string change = 5;
  string reason = 6;
}

// What became of a contact that an agent was shown to dial or skip.
message PreviewChanged {
  string campaign_id = 1;
  string contact_id = 2;
  string agent_id = 3;
  // shown, dialled, skipped, overdue, refused, withdrawn
  string change = 4;
  string reason = 5;
}

// A campaign, or a segment of it, was halted.
message HaltRaised {
  string campaign_id = 1;
  string stage = 2;
  // kpi, limit, gate, operator
  string cause = 3;
  // Such as contact-rate; empty where no KPI is behind it.
  string kpi = 4;
  // The segment that it is about, such as source and its value; empty for the campaign as a whole.
  string dimension = 5;
  string value = 6;
  // Time of the likely change, milliseconds; 0 when unknown.
  int64 since = 7;
  string text = 8;
}

// What a stage has counted.
message StageCounters {
  uint64 attempts = 1;
  uint64 live_answers = 2;
  uint64 machines = 3;
  uint64 connected = 4;
  uint64 abandoned = 5;
  uint64 successes = 6;
  uint64 opt_outs = 7;
}

// The originate left.
message AttemptStarted {
  // Also the uuid of the channel on the switch.
  string attempt_id = 1;
  string campaign_id = 2;
  string stage = 3;
  string contact_id = 4;
  string switch_id = 5;
  string trunk = 6;
}

message AttemptAnswered {
  string attempt_id = 1;
  string campaign_id = 2;
}

// A live answer was put through to an agent.
message AttemptConnected {
  string attempt_id = 1;
  string campaign_id = 2;
  string agent_id = 3;
  // From the answer to the bridge.
  uint64 waited_milliseconds = 4;
}

// Something was done with a conversation.
message CallChanged {
  string attempt_id = 1;
  string campaign_id = 2;
  // The agent who has the call.
  string agent_id = 3;
  // held, resumed, muted, unmuted, digits-sent, transferred, consult-started, consult-connected, consult-ended,
  // consult-completed, three-way, monitor-started, monitor-ended, recording-started, recording-stopped
  string change = 4;
  // What there is to add, such as the cause of a consultation's end.
  string detail = 5;
}

// Somebody called back.
message InboundChanged {
  string switch_id = 1;
  // The campaign, contact and attempt that last called the caller; empty when not known.
  string campaign_id = 2;
  string contact_id = 3;
  string attempt_id = 4;
  // Empty when no agent is with the caller.
  string agent_id = 5;
  // received, waiting, connected, message, ended
  string change = 6;
}

// The one end of an attempt.
message AttemptEnded {
  string attempt_id = 1;
  string campaign_id = 2;
  string stage = 3;
  string contact_id = 4;
  // connected, abandoned, short, machine, no-answer, busy, rejected, invalid, congestion, failed, cancelled,
  // not-dialed, unknown
  string outcome = 5;
  // timeout or hangup; empty unless abandoned.
  string abandon_kind = 6;
  // Hangup cause as the switch named it, or the engine's reason in lower case.
  string cause = 7;
  // Empty when no agent was involved.
  string agent_id = 8;
  uint64 ring_milliseconds = 9;
  uint64 talk_milliseconds = 10;
}

// What the agent said about an attempt.
message DispositionRecorded {
  string attempt_id = 1;
  string campaign_id = 2;
  string contact_id = 3;
  string agent_id = 4;
  string disposition = 5;
  bool success = 6;
}

message AgentChanged {
  string agent_id = 1;
  string pool = 2;
  // offline, connecting, ready, reserved, talking, wrap-up, paused
  string state = 3;
  string reason = 4;
  // The attempt the agent is on; empty when none.
  string attempt_id = 5;
}

// A number was put on a DNC list; the attempt says which.
message NumberSuppressed {
  string campaign_id = 1;
  string attempt_id = 2;
  string reason = 3;
}

// A lead may not be called now (defer) or at all (deny).
message LeadRefused {
  string campaign_id = 1;
  string contact_id = 2;
  string rule = 3;
  // deny, defer
  string verdict = 4;
  string detail = 5;
}

// The link to a switch came up or went down.
message SwitchChanged {
  string switch_id = 1;
  bool connected = 2;
  string reason = 3;
}

// A switch was taken out of service, or serves again.
message SwitchDrainChanged {
  string switch_id = 1;
  // True: no new calls, its calls go on; false: it serves again.
  bool draining = 2;
  string reason = 3;
  // Who did it.
  string by = 4;
}

// All dialling was stopped everywhere, or the stop was lifted.
message EmergencyStopChanged {
  // True: nothing is dialled from here on; false: it was lifted.
  bool active = 1;
  string reason = 2;
  // Who did it.
  string by = 3;
}

// A number that calls show looks labelled as spam and rests.
message CallerIdFlagged {
  string pool = 1;
  // The operator's own number.
  string caller_id = 2;
  // Time of the likely change.
  int64 since = 3;
  int64 rest_until = 4;
  string text = 5;
}

// The engine compared its calls with those on the switch.
message Resynchronised {
  string switch_id = 1;
  uint64 discrepancies = 2;
  // Channels of ours on the switch that belong to no attempt.
  uint64 orphans = 3;
}
`;
