/** The emergency stop: always at hand in the bar at the top; while it is set, over every page. */
import { useState } from 'preact/hooks';
import { useLive, useServiceNow } from './live';
import { api } from './shared/api';
import { ConfirmDialog } from './shared/dialog';
import { Banner, notify, ServiceText } from './shared/feedback';
import { dateTime, relative } from './shared/format';
import { Icon } from './shared/icons';
import { useLoad } from './shared/load';
import { useSession } from './shared/session';
import { t } from './texts';

interface EmergencyStop {
  readonly active: boolean;
  readonly since?: string;
  readonly by?: string;
  readonly reason?: string;
}

const PATH = '/v1/emergency-stop';

export function EmergencyButton() {
  const { may } = useSession();
  const { overview } = useLive().live;
  const [asking, setAsking] = useState(false);
  const active = overview?.emergencyStopSince !== undefined;
  if (active || !may('admin', 'operator', 'supervisor')) return null;
  return (
    <>
      <button type="button" class="button danger small" onClick={() => setAsking(true)}>
        <Icon name="stop" size={16} /> <span>{t('emergency.stop')}</span>
      </button>
      {asking && (
        <ConfirmDialog
          title={t('emergency.ask')}
          text={t('emergency.askText')}
          action={t('emergency.confirm')}
          danger
          reason="needed"
          onConfirm={async (reason) => {
            await api.post<EmergencyStop>(PATH, { reason });
            notify('warn', t('emergency.done'));
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

/** Over every page while all dialling is stopped. */
export function EmergencyBanner() {
  const { may } = useSession();
  const since = useLive().live.overview?.emergencyStopSince;
  const now = useServiceNow();
  const [asking, setAsking] = useState(false);
  const { data } = useLoad(since === undefined ? undefined : `${PATH}#${since}`, (signal) =>
    api.get<EmergencyStop>(PATH, {}, signal),
  );
  if (since === undefined) return null;
  return (
    <div class="emergency">
      <Banner
        tone="bad"
        title={t('emergency.active')}
        action={
          may('admin', 'operator') && (
            <button type="button" class="button small" onClick={() => setAsking(true)}>
              {t('emergency.lift')}
            </button>
          )
        }
      >
        {data?.reason !== undefined && <ServiceText>{data.reason}</ServiceText>}{' '}
        <span class="quiet">
          {data?.by !== undefined && `${data.by} · `}
          {dateTime(since)} · {relative(Math.min(since, now), now)}
        </span>
      </Banner>
      {asking && (
        <ConfirmDialog
          title={t('emergency.liftAsk')}
          text={t('emergency.liftText')}
          action={t('emergency.lift')}
          reason="optional"
          onConfirm={async (reason) => {
            await api.remove<EmergencyStop>(
              reason === '' ? PATH : `${PATH}?reason=${encodeURIComponent(reason)}`,
            );
            notify('good', t('emergency.lifted'));
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
