/** The callback that an agent promises to the person on the desk. */
import { scopeOf } from '../../../dialer/core/consent.js';
import type { AgentDetail } from '../../../dialer/core/view.js';
import { callableWorld } from '../callable-world.js';
import { knownLead } from '../checked-lead.js';
import { type Context, campaignOf } from '../context.js';
import { fieldProblem, Problem } from '../problem.js';
import {
  type CallbackQuestion,
  instantOf,
  type JudgedTime,
  judgeCallback,
  zoneOf,
} from './callback-times.js';

/** @throws Problem when the text is no time */
export function judgeLocal(question: CallbackQuestion, local: string, field: string): JudgedTime {
  const at = instantOf(local, question.zone);
  if (at === undefined) throw fieldProblem(field, 'is no time: give one such as 2026-03-02T15:30');
  return judgeCallback(question, at);
}

/** What is asked of the contact on the agent's desk. @throws Problem when there is none */
export async function callbackQuestion(context: Context, agent: AgentDetail): Promise<CallbackQuestion> {
  const subject = agent.attempt ?? agent.preview;
  if (subject === undefined)
    throw new Problem('conflict', `Agent ${agent.id} is ${agent.state}: there is no contact to call back.`);
  const { campaignId, contactId, number } = subject;
  const { settings } = campaignOf(context, campaignId).record;
  const world = await callableWorld(context, settings);
  const now = context.now();
  const asked = {
    number,
    campaignId,
    scope: scopeOf(settings),
    lookbackSeconds: world.gate.lookbackSeconds,
    at: now,
  };
  const lead = await knownLead(context.engine.store, asked, contactId);
  if (lead === undefined) throw new Problem('conflict', `Contact ${contactId} is not there any more.`);
  return { world, lead, number, zone: zoneOf(lead, number), now };
}

/**
 * The instant of a callback that was asked for in the contact's own time.
 *
 * @throws Problem `callback_not_allowed` with the next time that is, when the rules forbid it
 */
export async function callbackInstant(context: Context, agent: AgentDetail, local: string): Promise<number> {
  const judged = judgeLocal(await callbackQuestion(context, agent), local, 'callback.local');
  if (judged.allowed) return judged.at;
  const next = judged.next === undefined ? '' : ` The next time that is allowed is ${judged.next.local}.`;
  throw new Problem('callback_not_allowed', `${local} at the contact: ${judged.reason}.${next}`);
}
