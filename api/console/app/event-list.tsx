/** The last events, newest first. */
import type { Overview } from '../../http/overview';
import { clock } from './format';

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
  'switch-changed': 'halted',
  resynchronised: 'halted',
};

export function EventList({ overview }: { overview: Overview }) {
  const names = new Map(overview.campaigns.map((campaign) => [campaign.id, campaign.name]));
  return (
    <section class="card events" aria-label="Last events">
      <h2>Last events</h2>
      {overview.events.length === 0 && (
        <p class="quiet">Nothing has happened since the service was started.</p>
      )}
      <ol>
        {overview.events.map((event) => (
          <li key={event.sequence} class={`tone-${TONES[event.kind] ?? 'quiet'}`}>
            <i />
            <div>
              <p>{event.text}</p>
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
