/** Halts: new dials stop at once, live calls finish, and the record says which KPI, which numbers and which test. */
import type { Said } from '../kpi/words.js';
import { emptyHopper, holdBack } from './hopper.js';
import type { BlockedSegment, CampaignStatus, HaltRecord } from './model.js';
import { blockedBy, isBlockable } from './segments.js';
import { saveCampaign, setStatus } from './stages.js';
import { bump, type Campaign, type HopperEntry, type State, tell } from './state.js';

/** Halts that a campaign's record keeps; the journal has them all. */
const HALTS_KEPT = 10;

/** No new calls from this instant; live ones end as they end. */
export function leaveRunning(
  state: State,
  campaign: Campaign,
  status: Extract<CampaignStatus, 'paused' | 'halted' | 'stopped'>,
  reason: string,
  by: string,
  words: readonly Said[] = [],
): void {
  emptyHopper(state, campaign);
  campaign.limit = 'not-running';
  setStatus(state, campaign, status, reason, by, words);
}

/** Halts the campaign, or only the segment where the harm is local and the segment can be told before the dial. */
export function halt(state: State, campaign: Campaign, record: HaltRecord): void {
  campaign.progress.halts = [...campaign.progress.halts, record].slice(-HALTS_KEPT);
  bump(state.totals.halts, record.kpi ?? record.kind);
  tell(state, {
    kind: 'halt-raised',
    at: state.now,
    campaignId: campaign.settings.id,
    stage: record.stage,
    cause: record.kind,
    kpi: record.kpi ?? '',
    dimension: record.segment?.dimension ?? '',
    value: record.segment?.value ?? '',
    since: record.since ?? 0,
    text: record.text,
  });
  if (record.segment !== undefined && isBlockable(record.segment.dimension)) {
    block(state, campaign, {
      ...record.segment,
      since: record.at,
      reason: record.text,
      ...(record.said === undefined ? {} : { said: record.said }),
    });
    saveCampaign(state, campaign);
    return;
  }
  leaveRunning(state, campaign, 'halted', record.text, record.by, record.said);
}

function block(state: State, campaign: Campaign, segment: BlockedSegment): void {
  const { progress } = campaign;
  progress.blocked = [
    ...progress.blocked.filter((b) => b.dimension !== segment.dimension || b.value !== segment.value),
    segment,
  ];
  const free = (entry: HopperEntry): boolean => {
    if (blockedBy(campaign, entry) === undefined) return true;
    holdBack(state, campaign, entry.lead, entry.numberIndex);
    return false;
  };
  campaign.hopper = campaign.hopper.filter(free);
  campaign.personal = campaign.personal.filter(free);
}

/** Writes the rectification into every halt that stands, and lets halted segments go. */
export function rectify(campaign: Campaign, rectification: NonNullable<HaltRecord['rectification']>): void {
  const { progress } = campaign;
  progress.halts = progress.halts.map((record) =>
    record.rectification === undefined ? { ...record, rectification } : record,
  );
  progress.blocked = [];
}
