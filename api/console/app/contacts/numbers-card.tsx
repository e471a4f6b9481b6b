/** The numbers of a contact: how often each was called, its consent, and what the gate says of it now. */

import { ReasonText } from '../compliance/reason';
import { t as complianceWords } from '../compliance/texts';
import { api } from '../shared/api';
import { Pill, type Tone } from '../shared/feedback';
import { count, dateTime, day } from '../shared/format';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { Table } from '../shared/table';
import { t } from './texts';
import type { Consent, Contact, Explanation } from './types';

type NumberRow = Contact['numbers'][number];
const TONES: Readonly<Record<string, Tone>> = { allow: 'good', defer: 'warn', deny: 'bad', dead: 'quiet' };

/** Some roles see numbers without their middle: such a number can be asked about nowhere. */
function isWhole(number: string): boolean {
  return /^\+\d+$/.test(number);
}

export function NumbersCard({ contact, explanation }: { contact: Contact; explanation: Explanation }) {
  const numbers = contact.numbers.map(({ number }) => number);
  const { data } = useLoad(`${contact.id} ${contact.version} ${numbers.join(' ')}`, async (signal) => {
    const found = new Map<string, Consent>();
    for (const number of numbers.filter(isWhole))
      found.set(
        number,
        await api.get<Consent>(
          `/v1/consent/${encodeURIComponent(number)}`,
          { campaign: contact.campaignId },
          signal,
        ),
      );
    return found;
  });
  const verdicts = new Map(explanation.numbers.map((one) => [one.number, one]));
  return (
    <Card class="flush" title={t('card.numbers')}>
      <Table<NumberRow>
        label={t('card.numbers')}
        rows={contact.numbers}
        keyOf={(row) => row.number}
        columns={[
          {
            id: 'number',
            head: t('why.number'),
            cell: (row) => <span class="mono nowrap">{row.number}</span>,
          },
          { id: 'attempts', head: t('number.attempts'), align: 'right', cell: (row) => count(row.attempts) },
          {
            id: 'now',
            head: t('why.now'),
            cell: (row) => <Now number={row} verdict={verdicts.get(row.number)} />,
          },
          {
            id: 'consent',
            head: t('number.consent'),
            cell: (row) =>
              isWhole(row.number) ? (
                <ConsentWords consent={data?.get(row.number)} />
              ) : (
                <span class="quiet">{t('consent.hidden')}</span>
              ),
          },
        ]}
      />
    </Card>
  );
}

function Now({
  number,
  verdict,
}: {
  number: NumberRow;
  verdict: Explanation['numbers'][number] | undefined;
}) {
  if (verdict === undefined) return number.dead ? <Pill tone="quiet">{t('verdict.dead')}</Pill> : <>–</>;
  return (
    <>
      <Pill tone={TONES[verdict.verdict] ?? 'quiet'}>{t(`verdict.${verdict.verdict}`)}</Pill>{' '}
      <span class="quiet">
        {[
          ...(verdict.until === undefined ? [] : [t('verdict.until', { when: dateTime(verdict.until) })]),
          ...verdict.reasons.map(({ rule }) => complianceWords.of('rule', rule)),
        ].join(' · ')}
      </span>
      {verdict.reasons.map((reason) => (
        <p key={`${reason.pack} ${reason.code} ${reason.detail}`} class="quiet">
          <ReasonText reason={reason} />
        </p>
      ))}
    </>
  );
}

function ConsentWords({ consent }: { consent: Consent | undefined }) {
  if (consent === undefined) return <>–</>;
  const latest = consent.history.at(-1);
  return (
    <>
      {t(`consent.${consent.consent}`)}{' '}
      <span class="quiet">
        {[
          ...(consent.level === undefined ? [] : [t.of('level', consent.level)]),
          ...(consent.at === undefined ? [] : [t('consent.since', { when: day(consent.at) })]),
          ...(latest === undefined || latest.source === ''
            ? []
            : [t('consent.by', { source: latest.source })]),
        ].join(' · ')}
      </span>
    </>
  );
}
