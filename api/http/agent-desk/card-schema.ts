/** The card as clients see it. */
import Type from 'typebox';
import { Instant, MapOf, OneOf } from '../schemas.js';
import { STEP_KINDS } from './script.js';

const Local = Type.String({ description: 'Wall-clock time at the contact, such as 2026-03-02T15:30.' });

const Step = Type.Object({
  id: Type.String(),
  text: Type.String({ description: "With the contact's fields filled in." }),
  kind: OneOf(STEP_KINDS),
  options: Type.Optional(
    Type.Array(
      Type.Object({ value: Type.String(), label: Type.String(), next: Type.Optional(Type.String()) }),
    ),
  ),
  next: Type.Optional(
    Type.String({ description: 'The step that comes next; the one after it when absent.' }),
  ),
});

const Agent = Type.Object({
  id: Type.String(),
  name: Type.String(),
  pool: Type.String(),
  team: Type.String(),
  tier: Type.String(),
  endpoint: Type.String(),
  switchId: Type.String(),
  state: Type.String(),
  stateSince: Instant,
  pauseReason: Type.String(),
  pauseAfter: Type.Optional(Type.String({ description: 'Pauses for this when the call is over.' })),
  logoutAfter: Type.Boolean({ description: 'Logs out when the call is over.' }),
  wrapUpUntil: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'The wrap-up is ended then.' })),
});

const Call = Type.Object(
  {
    state: Type.String({
      description: 'preview, dialing, ringing, answered, connected, held, consulting, three-way or wrap-up.',
    }),
    number: Type.String({ description: 'Masked for agents unless the campaign shows numbers.' }),
    contactId: Type.String(),
    handling: Type.Optional(
      Type.Object(
        {
          mode: Type.String(),
          muted: Type.Boolean(),
          changing: Type.Boolean({ description: 'The switch is carrying out a change.' }),
          consult: Type.Optional(Type.Object({ to: Type.String(), state: Type.String() })),
        },
        { description: 'What is done with the live conversation.' },
      ),
    ),
    destinations: Type.Optional(
      Type.Array(Type.String(), { description: 'Where calls may be transferred to; anywhere when absent.' }),
    ),
    campaign: Type.Object({ id: Type.String(), name: Type.String(), purpose: Type.String() }),
    attemptId: Type.Optional(Type.String()),
    stage: Type.Optional(Type.String()),
    optedOut: Type.Optional(Type.Boolean()),
    dialedAt: Type.Optional(Instant),
    ringingAt: Type.Optional(Instant),
    answeredAt: Type.Optional(Instant),
    connectedAt: Type.Optional(Instant),
    endedAt: Type.Optional(Instant),
    previewSince: Type.Optional(Instant),
    previewUntil: Type.Optional(
      Type.Unsafe<string>({ ...Instant, description: 'The contact goes back then.' }),
    ),
    contact: Type.Optional(
      Type.Object({
        name: Type.String(),
        externalId: Type.String(),
        region: Type.String(),
        timeZone: Type.String(),
        attempts: Type.Integer(),
        numbers: Type.Array(
          Type.Object({ number: Type.String(), attempts: Type.Integer(), dead: Type.Boolean() }),
        ),
        fields: MapOf<string>(Type.String(), { description: 'Columns of the list.' }),
      }),
    ),
    customerTime: Type.Object({ zone: Type.String(), local: Local }),
    consent: Type.Optional(
      Type.Object(
        { state: Type.String(), level: Type.Optional(Type.String()) },
        {
          description: 'In force for calls of the campaign.',
        },
      ),
    ),
    history: Type.Array(
      Type.Object({
        attemptId: Type.String(),
        campaignId: Type.String(),
        at: Instant,
        outcome: Type.Optional(Type.String()),
        agentId: Type.Optional(Type.String()),
        disposition: Type.Optional(Type.String()),
        note: Type.Optional(Type.String()),
      }),
      { description: 'Attempts before this one, newest first.' },
    ),
    script: Type.Optional(
      Type.Object({
        id: Type.String(),
        version: Type.Integer(),
        name: Type.String(),
        steps: Type.Array(Step),
      }),
    ),
    offer: Type.Optional(
      Type.Object({
        id: Type.String(),
        version: Type.Integer(),
        name: Type.String(),
        text: Type.String(),
        validUntil: Type.Optional(Type.String()),
      }),
    ),
    answers: MapOf<string | number>(Type.Union([Type.String(), Type.Number()]), {
      description: 'By step of the script.',
    }),
    dispositions: Type.Optional(
      Type.Array(
        Type.Object({
          code: Type.String(),
          label: Type.Optional(Type.String({ description: 'What the set of dispositions calls it.' })),
          kind: Type.String({
            description:
              'success, refusal, opt-out, complaint, callback, wrong-number, machine or neutral: what follows from it.',
          }),
        }),
      ),
    ),
  },
  { description: 'The call, or the contact in preview; absent when there is none.' },
);

export const CardAnswer = Type.Object(
  {
    now: Instant,
    agent: Agent,
    campaigns: Type.Array(
      Type.Object({ id: Type.String(), name: Type.String(), manualDialing: Type.String() }),
      { description: 'Running campaigns that the agent may dial for by hand.' },
    ),
    call: Type.Optional(Call),
  },
  { title: 'AgentCard' },
);

const LocalTime = { at: Instant, local: Local };

export const CallbackTimesAnswer = Type.Object(
  {
    zone: Type.String({ description: "The contact's time zone (IANA)." }),
    now: Type.Object(LocalTime),
    asked: Type.Optional(
      Type.Object({
        ...LocalTime,
        allowed: Type.Boolean(),
        reason: Type.String({ description: 'Why it is not allowed; empty when it is.' }),
        next: Type.Optional(Type.Object(LocalTime, { description: 'The next time that is allowed.' })),
      }),
    ),
    suggestions: Type.Array(Type.Object(LocalTime), { description: 'Times that are allowed, in order.' }),
  },
  { title: 'CallbackTimes' },
);
