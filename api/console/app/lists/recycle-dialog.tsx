/** Calling closed contacts again: which ones, how many they are, and then for good. */
import { useState } from 'preact/hooks';
import { t as campaignWords } from '../campaigns/texts';
import { api } from '../shared/api';
import { Dialog, DialogActions } from '../shared/dialog';
import { Banner, notify } from '../shared/feedback';
import { ChoiceField, Form, NumberField, SelectField, SubmitButton } from '../shared/form';
import { count } from '../shared/format';
import { t } from './texts';
import type { Recycled } from './types';

/** Only what may be called again at all is offered. */
const REASONS = ['attempts-exhausted', 'no-disposition', 'callback-cancelled'] as const;
const OUTCOMES = [
  'no-answer',
  'busy',
  'machine',
  'short',
  'abandoned',
  'rejected',
  'congestion',
  'connected',
];

export function RecycleDialog({
  campaignId,
  lists,
  onDone,
  onClose,
}: {
  campaignId: string;
  lists: readonly string[];
  onDone(): void;
  onClose(): void;
}) {
  const [list, setList] = useState('');
  const [reasons, setReasons] = useState<readonly string[]>(['attempts-exhausted']);
  const [outcomes, setOutcomes] = useState<readonly string[]>([]);
  const [days, setDays] = useState<number>();
  const [most, setMost] = useState<number>();
  const [found, setFound] = useState<Recycled>();
  /** What was counted is no more what would be done. */
  function changed<T>(set: (value: T) => void): (value: T) => void {
    return (value) => {
      setFound(undefined);
      set(value);
    };
  }

  const recycle = (dryRun: boolean) =>
    api.post<Recycled>(`/v1/campaigns/${encodeURIComponent(campaignId)}/contacts/recycle`, {
      ...(list === '' ? {} : { list }),
      ...(reasons.length === 0 ? {} : { doneReasons: reasons }),
      ...(outcomes.length === 0 ? {} : { lastOutcomes: outcomes }),
      ...(days === undefined ? {} : { notAttemptedForDays: days }),
      ...(most === undefined ? {} : { maximumAttempts: most }),
      dryRun,
    });

  return (
    <Dialog title={t('lists.recycle')} onClose={onClose} wide>
      <Form
        onSubmit={async () => {
          if (found === undefined) return setFound(await recycle(true));
          const { recycled } = await recycle(false);
          notify('good', t('recycle.done', { n: recycled }));
          onDone();
          onClose();
        }}
      >
        <p class="quiet">{t('recycle.text')}</p>
        <SelectField
          label={t('recycle.list')}
          name="list"
          value={list}
          onChange={changed(setList)}
          options={[
            { value: '', label: t('recycle.allLists') },
            ...lists.map((name) => ({ value: name, label: name })),
          ]}
        />
        <ChoiceField
          label={t('recycle.reasons')}
          name="doneReasons"
          several
          chosen={reasons}
          onChange={changed(setReasons)}
          hint={t('recycle.any')}
          options={REASONS.map((value) => ({ value, label: t(`done.${value}`) }))}
        />
        <ChoiceField
          label={t('recycle.outcomes')}
          name="lastOutcomes"
          several
          chosen={outcomes}
          onChange={changed(setOutcomes)}
          hint={t('recycle.any')}
          options={OUTCOMES.map((value) => ({ value, label: campaignWords.of('result', value) }))}
        />
        <div class="fields">
          <NumberField
            label={t('recycle.days')}
            name="notAttemptedForDays"
            unit={t('recycle.daysUnit')}
            min={0}
            optional
            value={days}
            onChange={changed(setDays)}
          />
          <NumberField
            label={t('recycle.maximum')}
            name="maximumAttempts"
            min={0}
            step={1}
            optional
            value={most}
            onChange={changed(setMost)}
          />
        </div>
        {found !== undefined && <Found found={found} />}
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={found?.recycled === 0}>
            {found === undefined ? t('recycle.look') : t('recycle.do', { n: count(found.recycled) })}
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function Found({ found }: { found: Recycled }) {
  const kept = Object.entries(found.kept).filter(([, n]) => n > 0);
  return (
    <Banner
      tone={found.recycled === 0 ? 'quiet' : 'info'}
      title={t('recycle.found', { n: found.recycled, looked: count(found.looked) })}
    >
      {kept.length > 0 && (
        <>
          {t('recycle.kept')} {kept.map(([reason, n]) => `${t.of('done', reason)} ${count(n)}`).join(' · ')}
        </>
      )}
    </Banner>
  );
}
