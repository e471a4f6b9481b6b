/** Where a campaign that records has to say so, by the rule packs in force. */
import type { RulePack, Severity } from '../../compliance/index.js';
import type { CampaignSettings } from '../../dialer/core/model.js';

export interface NoticesNeeded {
  /** Jurisdictions in which its conversations are not recorded for want of a notice. */
  readonly notRecorded: readonly string[];
  /** Jurisdictions in which a notice is advised. */
  readonly advised: readonly string[];
}

/** What a campaign lacks: nothing when it does not record, or has its announcement. */
export function noticesNeeded(settings: CampaignSettings, packs: readonly RulePack[]): NoticesNeeded {
  const { recording, purpose, party } = settings;
  const of = (wanted: (severity: Severity) => boolean): readonly string[] =>
    [
      ...new Set(
        packs.flatMap(({ jurisdictions, rules }) =>
          rules.some(
            (rule) =>
              rule.kind === 'recording_notice' &&
              wanted(rule.severity ?? 'block') &&
              (rule.purposes?.includes(purpose) ?? true) &&
              (party === undefined || (rule.parties?.includes(party) ?? true)),
          )
            ? jurisdictions
            : [],
        ),
      ),
    ].sort();
  if (recording === undefined || recording.policy === 'off' || (recording.announcement ?? '') !== '')
    return { notRecorded: [], advised: [] };
  return {
    notRecorded: of((severity) => severity === 'block'),
    advised: of((severity) => severity !== 'block'),
  };
}
