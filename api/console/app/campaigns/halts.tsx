/** Halts: what was found, since when, where it is worst; and the rectification that a campaign resumes with. */
import { useState } from 'preact/hooks';
import { t as words } from '../overview/texts';
import { api } from '../shared/api';
import { notify, Pill } from '../shared/feedback';
import { ChoiceField, Form, SubmitButton, TextAreaField } from '../shared/form';
import { count, dateTime, decimal, percent } from '../shared/format';
import { Card } from '../shared/layout';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { SaidText } from './said';
import { t } from './texts';
import type { Campaign, HaltRecord, Progress } from './types';

export function Halts({
  campaign,
  progress,
  onResumed,
}: {
  campaign: Campaign;
  progress: Progress;
  onResumed(): void;
}) {
  const { may } = useSession();
  const newest = progress.halts.at(-1);
  const halted = campaign.status === 'halted';
  return (
    <Card title={t('halt.title')} aside={halted && <Pill tone="bad">{t('halt.now')}</Pill>}>
      {newest === undefined && !halted && <p class="quiet">{t('halt.none')}</p>}
      {halted && newest !== undefined && (
        <div class="halt-now">
          <Halt halt={newest} />
          {may('admin', 'operator') && <Rectification campaign={campaign} onResumed={onResumed} />}
        </div>
      )}
      {progress.blocked.length > 0 && (
        <>
          <h3>{t('halt.blocked')}</h3>
          <ul class="plain">
            {progress.blocked.map((segment) => (
              <li key={`${segment.dimension}-${segment.value}`}>
                <b>
                  {t.of('by', segment.dimension)} {segment.value}
                </b>
                {segment.reason !== '' && (
                  <span class="quiet">
                    {' '}
                    · <SaidText said={segment.said}>{segment.reason}</SaidText>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      <ol class="gates">
        {progress.halts
          .slice(0, halted ? -1 : undefined)
          .toReversed()
          .map((halt) => (
            <li key={halt.at} class="gate">
              <Halt halt={halt} />
            </li>
          ))}
      </ol>
    </Card>
  );
}

function Halt({ halt }: { halt: HaltRecord }) {
  const { observed, kpi, worst, since, earliest, latest, rectification, segment } = halt;
  return (
    <div class="halt">
      <div class="ledger-head">
        <h3>
          {t(`halt.kind.${halt.kind}`)}
          {kpi !== undefined && `: ${t.of('kpi', kpi)}`}
          {segment !== undefined && ` · ${t.of('by', segment.dimension)} ${segment.value}`}
        </h3>
        <span class="quiet">
          {dateTime(halt.at)} · {words(`stage.${halt.stage}`)} ·{' '}
          {halt.by === 'engine' ? t('halt.engine') : t('halt.by', { name: halt.by })}
        </span>
      </div>
      <p>
        <SaidText said={halt.said}>{halt.text}</SaidText>
      </p>
      {observed !== undefined && kpi !== undefined && (
        <p>
          {t('halt.observed', {
            kpi: t.of('kpi', kpi),
            numerator: count(observed.numerator),
            denominator: count(observed.denominator),
            expected: decimal(observed.expected, 1),
            baseline: percent(halt.baselineRate),
          })}
        </p>
      )}
      {since !== undefined && since > 0 && (
        <p class="quiet">
          {t('halt.since', {
            when: dateTime(since),
            earliest: dateTime(earliest ?? since),
            latest: dateTime(latest ?? since),
          })}
        </p>
      )}
      {worst !== undefined && worst.length > 0 && (
        <Table
          label={t('halt.worst')}
          rows={worst}
          keyOf={(row) => `${row.dimension}-${row.value}`}
          columns={[
            {
              id: 'segment',
              head: t('halt.worst'),
              cell: (row) => `${t.of('by', row.dimension)} ${row.value}`,
            },
            {
              id: 'observed',
              head: t('halt.share'),
              align: 'right',
              cell: (row) =>
                `${percent(row.denominator === 0 ? undefined : row.numerator / row.denominator)} (${count(row.numerator)}/${count(row.denominator)})`,
            },
            {
              id: 'baseline',
              head: t('halt.baseline'),
              align: 'right',
              cell: (row) => percent(row.baselineRate),
            },
            {
              id: 'evidence',
              head: t('halt.evidence'),
              align: 'right',
              wideOnly: true,
              cell: (row) => decimal(row.evidence, 2),
            },
          ]}
        />
      )}
      {rectification !== undefined && (
        <blockquote>
          <p>{rectification.text}</p>
          <p class="quiet">
            {t('halt.rectified', { name: rectification.by, when: dateTime(rectification.at) })}
            {rectification.touched.length > 0 &&
              ` · ${t('halt.touched', {
                parts: rectification.touched.map((part) => t.of('part', part)).join(', '),
              })}`}
          </p>
        </blockquote>
      )}
    </div>
  );
}

const PARTS = ['script', 'offer', 'list', 'team', 'other'] as const;

function Rectification({ campaign, onResumed }: { campaign: Campaign; onResumed(): void }) {
  const [reason, setReason] = useState('');
  const [touched, setTouched] = useState<readonly string[]>([]);
  return (
    <Form
      class="rectification"
      label={t('rectify.title')}
      onSubmit={async () => {
        await api.post(`/v1/campaigns/${encodeURIComponent(campaign.id)}/resume`, {
          reason: reason.trim(),
          ...(touched.length === 0 ? {} : { touched }),
        });
        notify(
          'good',
          t('done.command', { name: campaign.settings.name, action: t('action.resume').toLowerCase() }),
        );
        onResumed();
      }}
    >
      <h3>{t('rectify.title')}</h3>
      <p class="quiet">{t('rectify.text')}</p>
      <TextAreaField
        label={t('rectify.reason')}
        name="reason"
        rows={4}
        maxLength={2000}
        value={reason}
        onChange={setReason}
      />
      <ChoiceField
        several
        label={t('rectify.touched')}
        name="touched"
        hint={t('rectify.hint')}
        options={PARTS.map((part) => ({ value: part, label: t(`part.${part}`) }))}
        chosen={touched}
        onChange={setTouched}
      />
      <div class="row">
        <SubmitButton disabled={reason.trim() === ''}>{t('rectify.resume')}</SubmitButton>
      </div>
    </Form>
  );
}
