/** Why a campaign is not dialling, or what it is doing: one sentence, and its code with parameters for other languages. */
import { callerIdSentence } from './caller-id-views.js';
import { callerIdsFreeAt } from './caller-ids.js';
import { scheduleSentence } from './campaign-schedule.js';
import type { EpochMilliseconds } from './model.js';
import { presentStaff, staffInWords } from './staffing.js';
import { phaseWait } from './stages.js';
import type { Campaign, PacingGroup, State } from './state.js';
import type { Diagnosis, DiagnosisCode, PacingLimit } from './view.js';

const limitInWords: Readonly<Record<PacingLimit, string>> = {
  agents: 'every agent it may use is busy or has a line ringing',
  abandon: 'one more line would risk the abandon target',
  lines: 'the lines it aims at are placed',
  channels: 'all channels of its trunks are taken',
  cps: 'the calls per second of its trunks are used up for the moment',
  hopper: 'the hopper is empty',
  window: 'no contact may lawfully be called now',
  blind: 'no switch with a trunk for it is connected',
  'not-running': 'it is not running',
  draining: 'the service is shutting down',
  'switch-drained': 'its switch is taken out of service',
  schedule: 'it is outside its schedule',
  'caller-ids': 'every number of its caller-id pool rests or has had its calls of the day',
  'emergency-stop': 'all dialling is stopped',
  none: 'nothing holds it back',
};

function iso(at: EpochMilliseconds): string {
  return new Date(at).toISOString();
}

function say(code: DiagnosisCode, text: string, parameters: Diagnosis['parameters'] = {}): Diagnosis {
  return { code, parameters, text };
}

/** @param group of the campaign, where most of its agents are */
export function diagnose(state: State, campaign: Campaign, group: PacingGroup | undefined): Diagnosis {
  const { status, reason } = campaign;
  if (status === 'draft') return say('draft', 'Not started yet.');
  if (status !== 'running') {
    const why = reason === '' ? '' : `: ${reason}`;
    const text = `${status.charAt(0).toUpperCase()}${status.slice(1)}${why}.`;
    return say('not_running', text, { status, reason });
  }
  return stoppedForAll(state) ?? scheduled(campaign) ?? held(state, campaign, group) ?? dialling(campaign);
}

/** What keeps every campaign from dialling. */
function stoppedForAll({ emergencyStop, draining, storeFailed }: State): Diagnosis | undefined {
  if (emergencyStop !== undefined) {
    const { by, reason } = emergencyStop;
    const since = iso(emergencyStop.since);
    const text = `Emergency stop by ${by} since ${since}: ${reason}. Nothing is dialled until it is lifted.`;
    return say('emergency_stop', text, { by, since, reason });
  }
  if (draining) return say('draining', 'No new calls: the service is shutting down.');
  if (storeFailed) return say('store_failed', 'No new calls: the store refuses writes.');
  return undefined;
}

function scheduled(campaign: Campaign): Diagnosis | undefined {
  const text = scheduleSentence(campaign);
  if (text === undefined) return undefined;
  const { ended, until } = campaign.schedule;
  const { timeZone = 'UTC' } = campaign.settings.schedule ?? {};
  if (ended) return say('schedule_over', text);
  if (until === Number.POSITIVE_INFINITY) return say('schedule_never', text);
  return say('schedule_closed', text, { timeZone, at: iso(until) });
}

function held(state: State, campaign: Campaign, group: PacingGroup | undefined): Diagnosis | undefined {
  if (!campaign.sampled) return say('sampling', 'Drawing the stage samples.');
  const quiet = campaign.inFlight === 0;
  if (quiet && ![...state.switches.values()].some(({ up }) => up)) {
    const reasons = [...state.switches.values()].flatMap(({ reason }) => (reason === '' ? [] : [reason]));
    const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
    const text = `Not dialling: no switch with a trunk for it is connected${why}.`;
    return say('switch_down', text, { reason: reasons.join(', ') });
  }
  if (group === undefined || group.total === 0) {
    const who = staffInWords(presentStaff(campaign));
    const { pool } = campaign.settings;
    return say('no_agents', `No agent of tier ${who} is working in pool ${pool}.`, { who, pool });
  }
  if (!quiet) return undefined;
  const shown = callerIdSentence(state, campaign);
  if (shown !== undefined) {
    const free = callerIdsFreeAt(state, campaign);
    const at = Number.isFinite(free) ? iso(free) : '';
    return say('caller_ids', shown, { pool: campaign.settings.callerIdPool ?? '', at });
  }
  return campaign.hopper.length === 0 ? nothingToDial(state, campaign) : undefined;
}

function nothingToDial(state: State, campaign: Campaign): Diagnosis | undefined {
  const wait = phaseWait(campaign);
  if (wait !== undefined) return say('phase_waits', `${wait}.`, { detail: wait });
  const { heldBy, nextDueAt = Number.POSITIVE_INFINITY } = campaign;
  // Sent back by the gate, and nobody else is due before.
  if (heldBy !== undefined && heldBy.until > state.now && heldBy.until <= nextDueAt) {
    const { rule, detail } = heldBy;
    if (rule === 'list_stale')
      return say('registry', `A do-not-call registry is missing or too old: ${detail}.`, { detail });
    if (rule === 'calling_window') {
      const at = iso(heldBy.until);
      const text = `Outside the hours in which its contacts may be called: the first of them may be called at ${at}.`;
      return say('calling_window', text, { at });
    }
  }
  const due = Math.min(nextDueAt, heldBy?.until ?? Number.POSITIVE_INFINITY);
  if (due > state.now && due < Number.POSITIVE_INFINITY) {
    const at = iso(due);
    const text = `No contact is due before ${at} (retries, callbacks or calling windows).`;
    return say('not_due', text, { at });
  }
  if (campaign.open === 0 && !campaign.leasing)
    return say('nothing_left', 'No contact of this stage is left to call.');
  return undefined;
}

function dialling({ inFlight, talking, limit }: Campaign): Diagnosis {
  const parameters = { lines: inFlight, talking, limit };
  if (inFlight === 0 && limit !== 'none' && limit !== 'lines')
    return say('no_line', `No line is out, ${talking} talking: ${limitInWords[limit]}.`, parameters);
  const lines = inFlight === 1 ? 'line' : 'lines';
  const text = `Dialling: ${inFlight} ${lines} out, ${talking} talking; ${limitInWords[limit]}.`;
  return say('dialling', text, parameters);
}
