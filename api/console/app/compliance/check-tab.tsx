/** May this number be called, and why (not)? */
import { useState } from 'preact/hooks';
import { api } from '../shared/api';
import { ConfirmDialog } from '../shared/dialog';
import { notify, Pill } from '../shared/feedback';
import { Form, SubmitButton, TextField } from '../shared/form';
import { dateTime } from '../shared/format';
import { Card } from '../shared/layout';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { CampaignSelect } from './campaign-select';
import { ReasonText, type RuleReason } from './reason';
import { t } from './texts';

interface Reason extends RuleReason {
  readonly id: string;
  readonly version: string;
  readonly until?: string;
}

interface Check {
  readonly verdict: 'allow' | 'deny' | 'defer';
  readonly until?: string;
  readonly reasons: readonly Reason[];
  readonly notices?: readonly Reason[];
}

interface Dnc {
  readonly number: string;
  readonly internal: boolean;
  readonly campaign: boolean;
  readonly registries: readonly string[];
}

const TONES = { allow: 'good', defer: 'warn', deny: 'bad' } as const;

export function CheckTab() {
  const [number, setNumber] = useState('');
  const [campaign, setCampaign] = useState('');
  const [at, setAt] = useState('');
  const [answer, setAnswer] = useState<{ readonly check: Check; readonly dnc: Dnc }>();

  async function check(): Promise<void> {
    const asked = { campaign: campaign || undefined };
    const [found, dnc] = await Promise.all([
      api.get<Check>('/v1/check', {
        number: number.trim(),
        ...asked,
        at: at === '' ? undefined : new Date(at).toISOString(),
      }),
      api.get<Dnc>(`/v1/dnc/${encodeURIComponent(number.trim())}`, asked),
    ]);
    setAnswer({ check: found, dnc });
  }

  return (
    <div class="grid-2">
      <Card title={t('check.title')}>
        <Form onSubmit={check}>
          <TextField
            label={t('check.number')}
            name="number"
            type="tel"
            hint={t('check.numberHint')}
            placeholder="+12025550143"
            value={number}
            onChange={setNumber}
            mono
          />
          <CampaignSelect value={campaign} onChange={setCampaign} none={t('check.noCampaign')} />
          <TextField
            label={t('check.at')}
            name="at"
            type="datetime-local"
            hint={t('check.atHint')}
            optional
            value={at}
            onChange={setAt}
          />
          <div class="row">
            <SubmitButton disabled={number.trim() === ''}>{t('check.do')}</SubmitButton>
          </div>
        </Form>
      </Card>
      {answer !== undefined && <Answer check={answer.check} dnc={answer.dnc} onChanged={check} />}
    </div>
  );
}

function Answer({ check, dnc, onChanged }: { check: Check; dnc: Dnc; onChanged(): Promise<void> }) {
  return (
    <div class="stack">
      <Card
        title={dnc.number}
        aside={
          <>
            <Pill tone={TONES[check.verdict]}>{t(`verdict.${check.verdict}`)}</Pill>
            {check.until !== undefined && t('verdict.until', { when: dateTime(check.until) })}
          </>
        }
      >
        {check.reasons.length === 0 ? (
          <p>{t('check.none')}</p>
        ) : (
          <Reasons label={t('check.applied')} reasons={check.reasons} />
        )}
        {check.notices !== undefined && check.notices.length > 0 && (
          <>
            <h3>{t('check.notices')}</h3>
            <Reasons label={t('check.notices')} reasons={check.notices} />
          </>
        )}
      </Card>
      <DncCard dnc={dnc} onChanged={onChanged} />
    </div>
  );
}

function Reasons({ label, reasons }: { label: string; reasons: readonly Reason[] }) {
  return (
    <Table<Reason>
      label={label}
      rows={reasons}
      keyOf={(reason) => `${reason.pack}/${reason.id}`}
      columns={[
        { id: 'rule', head: t('check.rule'), width: '24%', cell: (row) => t.of('rule', row.rule) },
        {
          id: 'pack',
          head: t('check.pack'),
          width: '24%',
          wideOnly: true,
          cell: (row) => (
            <span class="quiet">
              {row.pack} {row.version}
            </span>
          ),
        },
        { id: 'detail', head: t('check.detail'), cell: (row) => <ReasonText reason={row} /> },
      ]}
    />
  );
}

function DncCard({ dnc, onChanged }: { dnc: Dnc; onChanged(): Promise<void> }) {
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  const lists = [
    ...(dnc.internal ? [t('dnc.internal')] : []),
    ...(dnc.campaign ? [t('dnc.campaign')] : []),
    ...(dnc.registries.length > 0 ? [t('dnc.registries', { names: dnc.registries.join(', ') })] : []),
  ];
  return (
    <Card title={t('dnc.title')}>
      {lists.length === 0 ? <p>{t('dnc.nowhere')}</p> : lists.map((line) => <p key={line}>{line}</p>)}
      {!dnc.internal && may('admin', 'operator', 'supervisor', 'agent', 'integrator') && (
        <p class="card-actions">
          <button type="button" class="button small" onClick={() => setAsking(true)}>
            {t('dnc.add')}
          </button>
        </p>
      )}
      {asking && (
        <ConfirmDialog
          title={`${t('dnc.add')}: ${dnc.number}`}
          action={t('dnc.add')}
          reason="needed"
          reasonLabel={t('dnc.reason')}
          danger
          onConfirm={async (reason) => {
            await api.post('/v1/dnc', { numbers: [dnc.number], reason });
            notify('good', t('dnc.added', { number: dnc.number }));
            await onChanged();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
