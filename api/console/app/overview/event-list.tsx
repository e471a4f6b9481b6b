/** The last events, newest first. */
import type { Overview } from '../../../http/overview';
import { clock } from '../shared/format';
import { currentLanguage } from '../shared/i18n';
import { t } from './texts';

const TONES: Readonly<Record<string, string>> = {
  'campaign-changed': 'reserved',
  'gate-decided': 'reserved',
  'attempt-started': 'quiet',
  'attempt-answered': 'flight',
  'attempt-connected': 'talking',
  'attempt-ended': 'quiet',
  'disposition-recorded': 'ready',
  'agent-changed': 'ready',
  'number-suppressed': 'wrap-up',
  'lead-refused': 'wrap-up',
  'halt-raised': 'halted',
  'phase-changed': 'reserved',
  'switch-changed': 'halted',
  resynchronised: 'halted',
};

type OverviewEvent = Overview['events'][number];

export function EventList({ overview }: { overview: Overview }) {
  const names = new Map(overview.campaigns.map((campaign) => [campaign.id, campaign.name]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section class="card events" aria-label={t('events.title')} tabIndex={0}>
      <h2>{t('events.title')}</h2>
      {overview.events.length === 0 && <p class="quiet">{t('events.none')}</p>}
      <ol>
        {overview.events.map((event) => (
          <li key={event.sequence} class={`tone-${TONES[event.kind] ?? 'quiet'}`}>
            <i />
            <div>
              <p>{sentence(event)}</p>
              <p class="quiet">
                <time>{clock(event.at)}</time>
                {event.campaignId !== undefined && ` · ${names.get(event.campaignId) ?? event.campaignId}`}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The service words events in English, with their details; other languages are worded here. */
function sentence(event: OverviewEvent): string {
  if (currentLanguage() === 'en') return event.text;
  const { codes } = event;
  const kind = codes['link'] === undefined ? event.kind : `${event.kind}.${codes['link']}`;
  const known = t.of('event', kind, {
    status: t.of('status', codes['status'] ?? ''),
    stage: t.of('stage', codes['stage'] ?? ''),
    decision: t.of('decision', codes['decision'] ?? ''),
    outcome: t.of('outcome', codes['outcome'] ?? ''),
    state: t.of('agent', codes['state'] ?? ''),
    disposition: codes['disposition'] ?? '',
  });
  return known === kind ? event.text : known;
}
