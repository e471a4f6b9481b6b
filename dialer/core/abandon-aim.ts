/**
 * What the pacer may aim at now: the strictest ratio that all windows of a campaign's abandon ledgers leave, and never
 * more than the campaign itself wants. Falls smoothly to zero as an allowance is used up.
 */
import { type AbandonStanding, slidingLength } from '../../compliance/index.js';
import { type LegalWindow, ledgerTarget, pacerBias, type WindowTarget } from '../../pacing/index.js';
import { type LawLedger, useNow, windowNow } from './abandon-ledger.js';
import { hasToDial } from './groups.js';
import type { EpochMilliseconds } from './model.js';
import type { Campaign, PacingGroup, State } from './state.js';
import type { AbandonView, AbandonWindowView } from './view.js';

const day = 86_400_000;
const hour = 3_600_000;
/** The aim is looked at again this long after an answer, and this long after the last look without one. */
const soonMilliseconds = 1_000;
const lateMilliseconds = 30_000;
/** Answers that an agent takes in an hour of calling, hours of calling in a day, and days in a week: before any are seen. */
const answersPerAgentHour = 25;
const hoursPerDay = 8;
const workingShare = 5 / 7;
/** Days that what was expected beforehand weighs as much as what was seen. */
const priorDays = 1;
/** Methods that cannot be told a ratio are held to one line per ready agent below the first share, until the second. */
const spentBelow = 0.02;
const spentUntil = 0.3;
/** Answers over which what the pacer was asked and what came of it are remembered. */
const biasMemory = 2_000;

/** Where a campaign's steering stands. */
export interface AbandonAim {
  /** Something was posted since the last look. */
  stale: boolean;
  at: EpochMilliseconds;
  target: number;
  limitedBy: string | null;
  windows: readonly WindowTarget[];
  /** The allowance is used up: one line per ready agent. */
  spent: boolean;
  /** Windows that are overdrawn, as the gate is told of them. */
  standings: readonly AbandonStanding[];
  /** Sum of the targets over recent answers, and how many of these were abandoned. */
  asked: number;
  abandoned: number;
}

export function newAim(): AbandonAim {
  return {
    stale: true,
    at: Number.NEGATIVE_INFINITY,
    target: 0,
    limitedBy: null,
    windows: [],
    spent: false,
    standings: [],
    asked: 0,
    abandoned: 0,
  };
}

/** An answer came to this under the target of the moment: the pacer's bias follows from it. */
export function noteAnswer(campaign: Campaign, abandoned: boolean): void {
  const { aim } = campaign;
  const keep = 1 - 1 / biasMemory;
  aim.asked = aim.asked * keep + aim.target;
  aim.abandoned = aim.abandoned * keep + (abandoned ? 1 : 0);
}

/** Brings the campaign's aim up to date, when that is due, and returns it. */
export function aimOf(campaign: Campaign, now: EpochMilliseconds): AbandonAim {
  const { aim } = campaign;
  const age = now - aim.at;
  if (age < (aim.stale ? soonMilliseconds : lateMilliseconds)) return aim;
  aim.at = now;
  aim.stale = false;
  const wished = campaign.settings.pacing.targetAbandonRatio;
  let highest = wished;
  let over = false;
  const windows: LegalWindow[] = [];
  const standings: AbandonStanding[] = [];
  for (const ledger of campaign.ledgers.values()) {
    const standing = overdrawn(campaign, ledger, now);
    if (standing !== undefined) standings.push(standing);
    highest = Math.min(highest, ledger.law.target ?? ledger.law.limit);
    if (slidingLength(ledger.law) !== undefined && useNow(campaign, ledger, now).over) over = true;
    windows.push(legalWindow(campaign, ledger, now));
  }
  aim.standings = standings;
  const bias = pacerBias(aim.asked, aim.abandoned);
  const answer = ledgerTarget(windows, { highest, bias });
  // A window that slides is over its limit now, whatever is to come.
  aim.target = over ? 0 : answer.target;
  aim.limitedBy = answer.limitedBy;
  aim.windows = answer.windows;
  if (aim.target <= spentBelow * highest) aim.spent = wished > 0;
  else if (aim.target >= spentUntil * highest) aim.spent = false;
  return aim;
}

/** A first abandoned call is over any limit and says nothing: it takes more than one. */
const fewestAbandoned = 2;

function overdrawn(
  campaign: Campaign,
  ledger: LawLedger,
  now: EpochMilliseconds,
): AbandonStanding | undefined {
  const { answers, abandoned, over } = useNow(campaign, ledger, now);
  if (!over || abandoned < fewestAbandoned) return undefined;
  const { pack, rule } = ledger.law;
  const { until } = windowNow(campaign, ledger, now);
  // A sliding window is looked at again when some of it has moved on.
  const sliding = slidingLength(ledger.law) !== undefined;
  return { pack, rule, abandoned, answered: answers, until: sliding ? now + hour / 4 : until };
}

function legalWindow(campaign: Campaign, ledger: LawLedger, now: EpochMilliseconds): LegalWindow {
  const { law } = ledger;
  const sliding = slidingLength(law);
  const list = answersOnList(campaign);
  if (sliding !== undefined) {
    // What is to come pushes out the older half: it is judged by the window that ends half a length from now.
    const half = sliding / 2;
    const recent = useNow(campaign, ledger, now, half);
    const leaving = useNow(campaign, ledger, now).answers - recent.answers;
    const running = (now - (campaign.startedAt ?? campaign.createdAt)) / sliding;
    const expected = running >= 1 ? leaving : answersPerHour(campaign) * Math.min(4, half / hour);
    const { answers, abandoned } = recent;
    return {
      name: law.name,
      limit: law.limit,
      answers,
      abandoned,
      answersAhead: Math.min(list, Math.max(expected, leaving)),
    };
  }
  const { answers, abandoned } = useNow(campaign, ledger, now);
  const { from, until } = windowNow(campaign, ledger, now);
  const elapsed = (now - from) / day;
  const prior = answersPerHour(campaign) * hoursPerDay * workingShare;
  const perDay = (answers + prior * priorDays) / (elapsed + priorDays);
  // A window without an end is looked at a month ahead.
  const ahead = Math.min(30, (until - now) / day);
  return {
    name: law.name,
    limit: law.limit,
    answers,
    abandoned,
    answersAhead: Math.min(list, perDay * ahead),
    daysAhead: Math.max(1, ahead * workingShare),
  };
}

/** Answers that the campaign's share of the agents takes in an hour. */
function answersPerHour(campaign: Campaign): number {
  let agents = 0;
  for (const group of campaign.groups) agents += group.total / Math.max(1, group.campaigns.length);
  return agents * answersPerAgentHour;
}

/** Answers that the list still holds, each open contact called once more; the stages before the last say nothing of the rest. */
function answersOnList(campaign: Campaign): number {
  if (campaign.stage !== 'production') return Number.MAX_SAFE_INTEGER;
  let attempts = 0;
  let answers = 0;
  for (const counters of Object.values(campaign.counters)) {
    attempts += counters.attempts;
    answers += counters.liveAnswers;
  }
  const rate = (answers + 3) / (attempts + 10);
  return (campaign.open + campaign.hopper.length + campaign.live) * Math.min(1, rate);
}

/** What a group's pacer may aim at: the strictest of its campaigns that have something to dial. */
export function groupAim(
  state: State,
  group: PacingGroup,
): { readonly target: number; readonly spent: boolean } {
  let target = Number.POSITIVE_INFINITY;
  let spent = false;
  const dialling = group.campaigns.some(hasToDial);
  for (const campaign of group.campaigns) {
    if (dialling && !hasToDial(campaign)) continue;
    const aim = aimOf(campaign, state.now);
    target = Math.min(target, aim.target);
    spent ||= aim.spent;
  }
  return { target, spent };
}

/** Where each legal window of the campaign stands. */
export function abandonView(campaign: Campaign, now: EpochMilliseconds): AbandonView {
  const windows: AbandonWindowView[] = [];
  for (const ledger of campaign.ledgers.values()) {
    const use = useNow(campaign, ledger, now);
    const { from, until } = windowNow(campaign, ledger, now);
    const target = campaign.aim.windows.find((each) => each.name === ledger.law.name)?.target;
    windows.push({
      law: ledger.law.id,
      name: ledger.law.name,
      from,
      until,
      limit: ledger.law.limit,
      answers: use.answers,
      abandoned: use.abandoned,
      ratio: use.ratio,
      left: use.left,
      over: use.over,
      ...(target === undefined ? {} : { target }),
    });
  }
  const { target, limitedBy, spent, standings } = campaign.aim;
  return { target, ...(limitedBy === null ? {} : { limitedBy }), spent, windows, standings };
}

/** The ledgers' standing in one sentence. */
export function abandonSentence({ target, limitedBy, windows }: AbandonView): string {
  const parts = windows.map(
    (w) =>
      `${w.name}: ${round(w.abandoned)} of ${round(w.answers)} answers abandoned, limit ${percent(w.limit)}, ${
        w.left < 0 ? `${round(-w.left)} over it` : `${round(w.left)} left`
      }`,
  );
  if (parts.length === 0) return '';
  const why = limitedBy === undefined ? "the campaign's own target" : limitedBy;
  return `the abandon ledgers allow ${percent(target)} now, set by ${why} (${parts.join('; ')})`;
}

function round(x: number): string {
  return String(Math.round(x * 10) / 10);
}

function percent(x: number): string {
  return `${(100 * x).toFixed(2)} %`;
}
