/** Why the person was called or not, in one sentence, and what led to it. */

import { useServiceNow } from '../live';
import { ServiceText } from '../shared/feedback';
import { dateTime } from '../shared/format';
import { Card } from '../shared/layout';
import { t } from './texts';
import type { Explanation } from './types';

export function WhyCard({ explanation }: { explanation: Explanation }) {
  const now = useServiceNow();
  return (
    <Card title={t('why.title')}>
      <p class="lead">
        <ServiceText>{explanation.answer}</ServiceText>
      </p>
      {explanation.timeline.length > 0 && (
        <>
          <h3>{t('timeline.title')}</h3>
          <ol class="timeline card-actions">
            {explanation.timeline.map(({ at, what }) => (
              <li key={`${at} ${what}`} class={Date.parse(at) > now ? 'ahead' : ''}>
                <time dateTime={at} class="quiet nowrap">
                  {dateTime(at)}
                </time>
                <ServiceText>{what}</ServiceText>
              </li>
            ))}
          </ol>
        </>
      )}
    </Card>
  );
}
