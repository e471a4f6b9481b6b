/** From what a campaign has measured to the people and agents of a scenario. */
import type { MeasuredCampaign, MeasuredTime } from '../../dialer/what-if/measured-campaign.js';

/** A time or a rate measured on fewer says too little; the reference is taken instead. */
const FEWEST = 30;
/** Spread of a lognormal beyond which its tail is made of a few mistakes of the clock. */
const WIDEST = 3;
const NARROWEST = 0.01;

export interface MeasuredScenario {
  /** As a scenario file says it. */
  readonly people: Readonly<Record<string, unknown>>;
  readonly agents: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** Names of the times, for the notes. */
const WORDS: Readonly<Record<keyof MeasuredCampaign['times'], string>> = {
  dialLatency: 'time until it rings',
  ring: 'ring time of people',
  machineRing: 'ring time of machines',
  talk: 'talk time',
  machineTalk: 'time spent on machines',
  wrapUp: 'wrap-up time',
  machineWrapUp: 'wrap-up time after machines',
};

function distribution({ mean, cv }: MeasuredTime): unknown {
  return { kind: 'lognormal', mean, cv: Math.min(WIDEST, Math.max(NARROWEST, cv)) };
}

export function measuredScenario(measured: MeasuredCampaign): MeasuredScenario {
  const { times, rates, dispositions, attempts, campaignId } = measured;
  const people: Record<string, unknown> = {};
  const agents: Record<string, unknown> = {};
  const lacking: string[] = [];
  for (const [name, time] of Object.entries(times) as [keyof typeof times, MeasuredTime][]) {
    if (time.count < FEWEST || time.mean <= 0) lacking.push(WORDS[name]);
    else (name === 'wrapUp' || name === 'machineWrapUp' ? agents : people)[name] = distribution(time);
  }
  if (attempts < FEWEST) lacking.push('answer rate');
  else {
    Object.assign(people, {
      answerRate: rates.answer,
      machineRate: rates.machine,
      busyRate: rates.busy,
      invalidRate: rates.invalid,
      congestionRate: rates.congestion,
      rejectedRate: rates.rejected,
      shortRate: rates.short,
    });
  }
  if (dispositions.count < FEWEST) lacking.push('dispositions');
  else {
    Object.assign(agents, {
      successRate: dispositions.success,
      optOutRate: dispositions.optOut,
      callbackRate: dispositions.callback,
    });
  }
  const notes = [
    `People and agents as measured on the newest ${attempts.toLocaleString('en')} attempts of the campaign ${campaignId}; its contacts begin without earlier attempts, and all hours are alike.`,
  ];
  if (lacking.length > 0) {
    notes.push(
      `Measured on fewer than ${FEWEST}, so taken from the simulator's reference instead: ${lacking.join(', ')}.`,
    );
  }
  return { people, agents, notes };
}
