/** The three stages as a path: what is done, where the campaign is, what is to come. */
import type { OverviewCampaign, OverviewStage } from '../../../http/overview';
import { count, percent } from '../shared/format';
import { t } from './texts';

const ORDER = ['validation', 'pilot', 'production'] as const;

type Place = 'done' | 'here' | 'ahead';

export function StagePath({ campaign }: { campaign: OverviewCampaign }) {
  const here = ORDER.indexOf(campaign.stage);
  const place = (i: number): Place => {
    if (campaign.status === 'completed' || i < here) return 'done';
    return i === here && campaign.status !== 'draft' ? 'here' : 'ahead';
  };
  return (
    <ol class="path">
      {campaign.stages.map((stage, i) => (
        <Stage key={stage.stage} stage={stage} place={place(i)} number={i + 1} status={campaign.status} />
      ))}
    </ol>
  );
}

function Stage({
  stage,
  place,
  number,
  status,
}: {
  stage: OverviewStage;
  place: Place;
  number: number;
  status: string;
}) {
  const total = stage.contacts ?? 0;
  const done = stage.done ?? 0;
  const share = total === 0 ? 0 : done / total;
  const halted = place === 'here' && (status === 'halted' || status === 'stopped');
  return (
    <li
      class={`stage ${place} ${halted ? 'halted' : ''}`}
      aria-current={place === 'here' ? 'step' : undefined}
    >
      <div class="stage-head">
        <span class="stage-mark">{place === 'done' ? '✓' : halted ? '!' : number}</span>
        <span class="stage-name">{t(`stage.${stage.stage}`)}</span>
        <span class="stage-share">
          {place === 'done' ? t('path.passed') : place === 'here' && total > 0 ? percent(share, 0) : ''}
        </span>
      </div>
      <progress
        value={place === 'ahead' ? 0 : place === 'done' ? 1 : share}
        max={1}
        aria-label={t('path.progress', { stage: t(`stage.${stage.stage}`) })}
      />
      <div class="stage-note">
        {status === 'draft' ? planned(stage) : t('path.done', { done: count(done), total: count(total) })}
        {stage.attempts > 0 && (
          <>
            <br />
            {t('path.counts', {
              attempts: count(stage.attempts),
              connected: count(stage.connected),
              successes: count(stage.successes),
            })}
          </>
        )}
      </div>
    </li>
  );
}

/** Before the start, when the samples have not been drawn. */
function planned(stage: OverviewStage): string {
  if (stage.plannedContacts !== undefined) return t('path.planned', { n: count(stage.plannedContacts) });
  if (stage.plannedShare !== undefined) {
    return t('path.plannedShare', { share: percent(stage.plannedShare, 0) });
  }
  const total = stage.contacts ?? 0;
  return total === 0 ? t('path.none') : t('path.rest', { n: count(total) });
}
