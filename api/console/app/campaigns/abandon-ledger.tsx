/** What each law counts of abandoned calls, and what it leaves. */
import { IntervalBar } from '../shared/chart';
import { Pill } from '../shared/feedback';
import { count, dateTime, decimal, percent } from '../shared/format';
import { Card } from '../shared/layout';
import { t } from './texts';
import type { AbandonStanding } from './types';

export function AbandonLedger({ standing }: { standing: AbandonStanding }) {
  const { windows, target, limitedBy, spent } = standing;
  return (
    <Card title={t('ledger.title')}>
      {windows.length === 0 ? (
        <p class="quiet">{t('ledger.none')}</p>
      ) : (
        <ul class="ledger">
          {windows.map((window) => {
            const share = window.limit === 0 ? 0 : window.ratio / window.limit;
            const tone = window.over ? 'bad' : share > 0.8 ? 'warn' : 'good';
            return (
              <li key={window.name}>
                <div class="ledger-head">
                  <b lang="en">{window.name}</b>
                  <Pill tone={tone}>
                    {window.over
                      ? t('ledger.over')
                      : `${t('ledger.left')}: ${t('ledger.calls', { n: count(Math.floor(window.left)) })}`}
                  </Pill>
                </div>
                <IntervalBar
                  value={window.ratio}
                  low={0}
                  high={window.ratio}
                  limit={window.limit}
                  top={Math.max(2 * window.limit, window.ratio)}
                  tone={tone}
                />
                <p class="quiet">
                  {percent(window.ratio, 2)} ·{' '}
                  {t('ledger.counts', {
                    abandoned: decimal(window.abandoned, 1),
                    answers: count(window.answers),
                  })}{' '}
                  · {t('ledger.limit', { share: percent(window.limit, 1) })}
                  {window.until !== undefined && ` · ${t('ledger.until', { when: dateTime(window.until) })}`}
                </p>
              </li>
            );
          })}
        </ul>
      )}
      {spent ? (
        <p class="ledger-aim">{t('ledger.spent')}</p>
      ) : (
        limitedBy !== undefined && (
          <p class="ledger-aim">{t('ledger.aim', { share: percent(target, 2), window: limitedBy })}</p>
        )
      )}
    </Card>
  );
}
