/** The three stages as a path: what is done, where the campaign is, what is to come. */
import type { OverviewCampaign, OverviewStage } from '../../http/overview';
import { count, percent } from './format';

const NAMES = { validation: 'Validation', pilot: 'Pilot', production: 'Production' } as const;
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
        <span class="stage-name">{NAMES[stage.stage]}</span>
        <span class="stage-share">
          {place === 'done' ? 'passed' : place === 'here' && total > 0 ? percent(share, 0) : ''}
        </span>
      </div>
      <progress
        value={place === 'ahead' ? 0 : place === 'done' ? 1 : share}
        max={1}
        aria-label={`${NAMES[stage.stage]}: contacts done`}
      />
      <div class="stage-note">
        {status === 'draft' ? planned(stage) : `${count(done)} of ${count(total)} contacts done`}
        {stage.attempts > 0 && (
          <>
            <br />
            {count(stage.attempts)} attempts · {count(stage.connected)} connected · {count(stage.successes)}{' '}
            successes
          </>
        )}
      </div>
    </li>
  );
}

/** Before the start, when the samples have not been drawn. */
function planned(stage: OverviewStage): string {
  if (stage.plannedContacts !== undefined)
    return `${count(stage.plannedContacts)} contacts, drawn at the start`;
  if (stage.plannedShare !== undefined) {
    return `${percent(stage.plannedShare, 0)} of the list, drawn at the start`;
  }
  const total = stage.contacts ?? 0;
  return total === 0 ? 'No contacts yet' : `The rest of ${count(total)} contacts`;
}
