/** What if: who of a list may be called, when, and why not; and the same for one contact. */
import { randomBytes } from 'node:crypto';
import Type, { type Static } from 'typebox';
import type { Inputs } from '../../../compliance/index.js';
import { scopeOf } from '../../../dialer/core/consent.js';
import { type CallableReport, callableContacts, verdictsOf } from '../../../dialer/evidence/index.js';
import { callableWorld } from '../callable-world.js';
import { answerOf, timelineOf } from '../contact-story.js';
import { type App, type Context, campaignOf } from '../context.js';
import { principalOf } from '../identity/principal.js';
import { shownNumber } from '../phone-numbers.js';
import { Problem } from '../problem.js';
import {
  IdParameters,
  Instant,
  iso,
  MapOf,
  OneOf,
  OpaqueIdParameters,
  problems,
  STRICT,
} from '../schemas.js';

const JOBS_KEPT = 50;
const JOBS_AT_ONCE = 2;
const ATTEMPTS_SHOWN = 20;

const Counts = (description: string) => MapOf<number>(Type.Integer(), { description });
const JobAnswer = Type.Object(
  {
    id: Type.String(),
    campaignId: Type.String(),
    state: OneOf(['running', 'completed', 'failed']),
    at: Type.Unsafe<string>({ ...Instant, description: 'The instant that was asked about.' }),
    contacts: Type.Integer({ description: 'Looked at so far.' }),
    milliseconds: Type.Integer(),
    callableNow: Type.Integer(),
    later: Type.Integer(),
    never: Type.Integer(),
    busy: Type.Integer({ description: 'Leased or in a call; counted under one of the others, too.' }),
    done: Counts('Done in this campaign, by reason.'),
    laterByHour: Counts('Callable later, by the hour in which they become so.'),
    byReason: Counts('Rules that object to contacts that are not callable now.'),
    zones: Type.Array(
      Type.Object({
        zone: Type.String(),
        contacts: Type.Integer(),
        callableNow: Type.Integer(),
        nextOpensAt: Type.Optional(Instant),
      }),
      { description: 'Time zones that the contacts may be in, most contacts first.' },
    ),
  },
  { title: 'Callable' },
);

interface Job {
  readonly id: string;
  readonly campaignId: string;
  readonly at: number;
  readonly startedAt: number;
  milliseconds: number;
  state: 'running' | 'completed' | 'failed';
  contacts: number;
  report: CallableReport | undefined;
}

function jobAnswer(job: Job): Static<typeof JobAnswer> {
  const { report } = job;
  return {
    id: job.id,
    campaignId: job.campaignId,
    state: job.state,
    at: iso(job.at),
    contacts: job.contacts,
    milliseconds: job.milliseconds,
    callableNow: report?.callableNow ?? 0,
    later: report?.later ?? 0,
    never: report?.never ?? 0,
    busy: report?.busy ?? 0,
    done: report?.done ?? {},
    laterByHour: Object.fromEntries(
      Object.entries(report?.laterByHour ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    byReason: report?.byReason ?? {},
    zones: Object.entries(report?.zones ?? {})
      .sort(([, a], [, b]) => b.contacts - a.contacts)
      .map(([zone, { nextOpensAt, ...counts }]) => ({
        zone,
        ...counts,
        ...(nextOpensAt === undefined ? {} : { nextOpensAt: iso(nextOpensAt) }),
      })),
  };
}

export function callableRoutes(app: App, context: Context): void {
  const { store } = context.engine;
  const jobs = new Map<string, Job>();
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });

  app.post(
    '/v1/campaigns/:id/callable',
    {
      config: { changesNothing: true },
      preValidation: async (request: { body?: unknown }) => {
        request.body ??= {};
      },
      schema: {
        operationId: 'startCallable',
        tags: ['campaigns'],
        summary: 'What if the whole list were called: callable now, later and when, never and why',
        description: 'Nothing is leased or changed. Look at the job for the figures.',
        params: IdParameters,
        body: Type.Object(
          { at: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'Default: now.' })) },
          { ...STRICT, examples: [{}] },
        ),
        response: {
          202: JobAnswer,
          ...problems('validation_failed', 'key_missing', 'role_lacking', 'campaign_not_found', 'conflict'),
        },
      },
    },
    async (request, reply) => {
      const { settings } = campaignOf(context, request.params.id).record;
      const running = [...jobs.values()].filter(({ state }) => state === 'running').length;
      if (running >= JOBS_AT_ONCE)
        throw new Problem('conflict', `${running} such questions are being worked on: wait for one to end.`);
      const at = request.body.at === undefined ? context.now() : Date.parse(request.body.at);
      const id = randomBytes(6).toString('hex');
      const startedAt = performance.now();
      const job: Job = {
        id,
        campaignId: settings.id,
        at,
        startedAt,
        milliseconds: 0,
        state: 'running',
        contacts: 0,
        report: undefined,
      };
      jobs.set(id, job);
      const [oldest] = jobs.keys();
      if (jobs.size > JOBS_KEPT && oldest !== undefined) jobs.delete(oldest);
      const progress = (contacts: number): void => {
        job.contacts = contacts;
        job.milliseconds = Math.round(performance.now() - startedAt);
      };
      callableWorld(context, settings)
        .then((world) => callableContacts(store, world, at, progress, () => closing))
        .then(
          (report) => {
            job.report = report;
            job.state = 'completed';
          },
          (error: unknown) => {
            job.state = 'failed';
            request.log.error({ err: error }, 'the question who may be called could not be answered');
          },
        );
      return reply.code(202).header('location', `/v1/callable/${id}`).send(jobAnswer(job));
    },
  );

  app.get(
    '/v1/callable/:id',
    {
      schema: {
        operationId: 'getCallable',
        tags: ['campaigns'],
        summary: 'How far the question is, and its figures once it is answered',
        params: OpaqueIdParameters,
        response: { 200: JobAnswer, ...problems('key_missing', 'role_lacking', 'job_not_found') },
      },
    },
    async (request) => {
      const job = jobs.get(request.params.id);
      if (job === undefined)
        throw new Problem(
          'job_not_found',
          `There is no job ${request.params.id}: the latest ${JOBS_KEPT} are kept.`,
        );
      return jobAnswer(job);
    },
  );

  app.get(
    '/v1/contacts/:id/explain',
    {
      schema: {
        operationId: 'explainContact',
        tags: ['contacts'],
        summary:
          'Why was this contact called, or not? In one sentence, and everything that led to it with its time',
        params: OpaqueIdParameters,
        response: {
          200: Type.Object(
            {
              contactId: Type.String(),
              campaignId: Type.String(),
              state: Type.String(),
              answer: Type.String({ description: 'In one sentence.' }),
              sentences: Type.Array(Type.String(), { description: 'What it follows from.' }),
              timeline: Type.Array(Type.Object({ at: Instant, what: Type.String() }), {
                description: 'What has happened to the contact and what is due, the oldest first.',
              }),
              numbers: Type.Array(
                Type.Object({
                  number: Type.String(),
                  verdict: OneOf(['allow', 'defer', 'deny', 'dead']),
                  until: Type.Optional(Instant),
                  reasons: Type.Array(
                    Type.Object({
                      rule: Type.String(),
                      pack: Type.String(),
                      code: Type.String({ description: 'What the rule found, for other languages.' }),
                      detail: Type.String(),
                      inputs: Type.Unsafe<Inputs>({
                        type: 'object',
                        additionalProperties: true,
                        description: 'What the rule saw.',
                      }),
                    }),
                  ),
                }),
                { description: 'What the gate says now.' },
              ),
              attempts: Type.Array(
                Type.Object({ id: Type.String(), intendedAt: Instant, outcome: Type.String() }),
              ),
            },
            { title: 'ContactExplanation' },
          ),
          ...problems('key_missing', 'role_lacking', 'contact_not_found', 'campaign_not_found'),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { role } = principalOf(request);
      const contact = await store.contact(id);
      if (contact === undefined) throw new Problem('contact_not_found', `There is no contact ${id}.`);
      const { record } = campaignOf(context, contact.campaignId);
      const world = await callableWorld(context, record.settings);
      const now = context.now();
      const [page, made] = await Promise.all([
        store.peekLeads({
          campaignId: contact.campaignId,
          contactId: id,
          scope: scopeOf(record.settings),
          lookbackSeconds: world.gate.lookbackSeconds,
          now,
          limit: 1,
        }),
        store.attempts({ contactId: id, limit: ATTEMPTS_SHOWN }),
      ]);
      const lead = page.items[0];
      const verdicts = lead === undefined ? [] : verdictsOf(lead, world, now);
      const sentences = [
        record.status === 'running'
          ? `Campaign ${contact.campaignId} runs in its stage ${record.stage}.`
          : `Campaign ${contact.campaignId} is ${record.status}: it calls nobody.`,
        contact.heldPhase === undefined
          ? `The contact belongs to ${contact.stage}.`
          : `The contact belongs to ${contact.stage} and is held back for its phase ${contact.heldPhase + 1}.`,
        contact.state === 'done'
          ? `The contact is done: ${contact.doneReason}.`
          : contact.dueAt > now
            ? `The contact is ${contact.state} and due at ${iso(contact.dueAt)}.`
            : `The contact is ${contact.state} and due.`,
        `${contact.attempts} attempts have been made${contact.lastOutcome === '' ? '' : `; the last came to ${contact.lastOutcome}`}.`,
        ...verdicts.map(({ number, verdict, until, reasons }) =>
          verdict === 'allow'
            ? `${shownNumber(number, role)} may be called now.`
            : verdict === 'dead'
              ? `${shownNumber(number, role)} is out of service.`
              : `${shownNumber(number, role)} may not be called ${until === undefined ? '' : `before ${iso(until)}`}: ${reasons.map(({ rule }) => rule.replaceAll('_', ' ')).join(', ')}.`,
        ),
      ];
      const [callbacks, lists] = await Promise.all([
        store.callbacks({ contactId: id, limit: ATTEMPTS_SHOWN }),
        store.lists(contact.campaignId),
      ]);
      const paused = lists.some((list) => list.name === contact.list && list.paused);
      return {
        contactId: id,
        campaignId: contact.campaignId,
        state: contact.state,
        answer: answerOf({ contact, status: record.status, paused, verdicts, now }),
        timeline: timelineOf(contact, made.items, callbacks.items, now),
        sentences: paused
          ? [...sentences, `The list ${contact.list} is paused: nobody of it is called.`]
          : sentences,
        numbers: verdicts.map(({ number, verdict, until, reasons }) => ({
          number: shownNumber(number, role),
          verdict,
          ...(until === undefined ? {} : { until: iso(until) }),
          reasons: reasons.map((reason) => ({ ...reason })),
        })),
        attempts: made.items.map(({ attemptId, intendedAt, result }) => ({
          id: attemptId,
          intendedAt: iso(intendedAt),
          outcome: result?.outcome ?? 'under way',
        })),
      };
    },
  );
}
