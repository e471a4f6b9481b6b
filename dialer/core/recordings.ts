/** Recordings of conversations: when they begin and end, and what their files are called. */
import { handlingOf, type Refusal, tellCallChange } from './call-handling.js';
import type { RecordingSettings } from './model.js';
import { emit, type LiveAttempt, type State } from './state.js';

/** Of the file below the campaign's own folder. */
export const DEFAULT_RECORDING_PATH = '{year}-{month}-{day}/{attempt}.wav';

/**
 * Do the rules on this call ask for a notice that the campaign does not have? Then it is not recorded. The permit names
 * the rules that bind the call, so that nothing is worked out again.
 */
function lacksNotice(attempt: LiveAttempt, settings: RecordingSettings): string | undefined {
  if ((settings.announcement ?? '') !== '') return undefined;
  return attempt.intent.permit.rules.find(({ rules }) => rules.includes('recording_notice'))?.pack;
}

/** Called when agent and customer are put through. */
export function recordByPolicy(state: State, attempt: LiveAttempt): void {
  const settings = attempt.campaign.settings.recording;
  if (settings === undefined || lacksNotice(attempt, settings) !== undefined) return;
  if (settings.policy === 'all' || (settings.policy === 'share' && isDrawn(attempt.id, settings.share ?? 0)))
    start(state, attempt, settings);
}

/** What an agent asks for: only where the campaign leaves it to the agents, or goes on with what it began. */
export function recordOnRequest(state: State, attempt: LiveAttempt, on: boolean): Refusal | undefined {
  const settings = attempt.campaign.settings.recording;
  if (settings === undefined || settings.policy === 'off')
    return {
      code: 'recording_off',
      message: `calls of campaign ${attempt.campaign.settings.id} are not recorded: its recording policy is off`,
    };
  const pack = on ? lacksNotice(attempt, settings) : undefined;
  if (pack !== undefined)
    return {
      code: 'recording_notice_missing',
      message: `rule pack ${pack} lets calls be recorded only with a notice: set recording.announcement of campaign ${attempt.campaign.settings.id}`,
    };
  if (on) start(state, attempt, settings);
  else if (settings.policy === 'on-demand') stopRecording(state, attempt);
  else
    return {
      code: 'recording_off',
      message: `campaign ${attempt.campaign.settings.id} records by its policy "${settings.policy}": agents cannot end it`,
    };
  return undefined;
}

export function stopRecording(state: State, attempt: LiveAttempt): void {
  const recording = attempt.handling?.recording;
  if (recording === undefined || !recording.active) return;
  recording.active = false;
  emit(state, {
    type: 'record',
    switchId: attempt.switchId,
    channelId: attempt.id,
    on: false,
    path: recording.path,
    announcement: '',
  });
  tellCallChange(state, attempt, 'recording-stopped');
}

function start(state: State, attempt: LiveAttempt, settings: RecordingSettings): void {
  const handling = handlingOf(attempt);
  if (handling.recording?.active) return;
  const parts = (handling.recording?.parts ?? 0) + 1;
  const path = pathOf(attempt, settings, state.now, parts);
  handling.recording = { path, active: true, parts };
  emit(state, {
    type: 'record',
    switchId: attempt.switchId,
    channelId: attempt.id,
    on: true,
    path,
    announcement: settings.announcement ?? '',
  });
  tellCallChange(state, attempt, 'recording-started');
}

/** Drawn by the id, so that a replay draws the same; the last 32 bits of an id are random. */
function isDrawn(attemptId: string, share: number): boolean {
  return Number.parseInt(attemptId.slice(-8), 16) / 2 ** 32 < share;
}

function pathOf(attempt: LiveAttempt, settings: RecordingSettings, now: number, part: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const values: Readonly<Record<string, string>> = {
    attempt: attempt.id,
    agent: attempt.agent?.id ?? 'none',
    contact: attempt.lead.contactId,
    stage: attempt.stage,
    year,
    month,
    day,
    hour: time.slice(0, 2),
    minute: time.slice(3, 5),
  };
  const filled = (settings.path ?? DEFAULT_RECORDING_PATH).replace(/\{([a-z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? safeName(values[name] ?? '') : whole,
  );
  const named = part === 1 ? filled : filled.replace(/(\.[a-z0-9]+)$/, `-${part}$1`);
  return `${safeName(attempt.campaign.settings.id)}/${named}`;
}

/** No part of a name leads out of its folder, or means anything to a switch. */
function safeName(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100);
}
