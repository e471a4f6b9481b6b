/** When a campaign runs by itself: hours of the week, dates of their own, a beginning and an end. */
import { useState } from 'preact/hooks';
import { localText } from '../documents/fields';
import { api, request } from '../shared/api';
import { Loading, notify, Trouble } from '../shared/feedback';
import { CheckField, Form, FormPart, SubmitButton, TextAreaField, TextField } from '../shared/form';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { useSession } from '../shared/session';
import { t as shared } from '../shared/texts';
import { t } from './texts';
import type { Campaign } from './types';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof DAYS)[number];
type Spans = readonly string[];

interface Schedule {
  readonly timeZone: string;
  readonly hours?: Readonly<Record<string, Spans>>;
  readonly dates?: Readonly<Record<string, Spans>>;
  readonly from?: string;
  readonly until?: string;
}

/** Days that a name of the week's hours stands for. */
const MEANT: Readonly<Record<string, readonly Day[]>> = {
  all: DAYS,
  'mon-fri': DAYS.slice(0, 5),
  'mon-sat': DAYS.slice(0, 6),
  'sat-sun': DAYS.slice(5),
};

function dayTexts(hours: Schedule['hours']): Readonly<Record<Day, string>> {
  const texts = Object.fromEntries(DAYS.map((day) => [day, ''])) as Record<Day, string>;
  for (const [name, spans] of Object.entries(hours ?? {}))
    for (const day of MEANT[name] ?? [name as Day]) texts[day] = spans.join(', ');
  return texts;
}

function spansOf(text: string): Spans {
  return text
    .split(/[,，\s]+/)
    .map((span) => span.replace('–', '-'))
    .filter((span) => span !== '');
}

/** `2026-12-24 09:00-12:00`, a date alone is closed; one a line. */
function datesOf(text: string): Record<string, Spans> {
  return Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const date = /^\S*/.exec(line)?.[0] ?? '';
        return [date, spansOf(line.slice(date.length))] as const;
      }),
  );
}

export function ScheduleTab({ campaign }: { campaign: Campaign }) {
  const path = `/v1/campaigns/${encodeURIComponent(campaign.id)}`;
  const [round, setRound] = useState(0);
  const { data, error, reload } = useLoad(`${path}/schedule#${round}`, (signal) =>
    request<Campaign>('GET', path, { signal }),
  );
  return (
    <div class="stack">
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <ScheduleForm
          key={data.etag ?? ''}
          path={path}
          etag={data.etag}
          settings={data.body.settings as unknown as Readonly<Record<string, unknown>>}
          onSaved={() => setRound((n) => n + 1)}
        />
      )}
    </div>
  );
}

function ScheduleForm({
  path,
  etag,
  settings,
  onSaved,
}: {
  path: string;
  etag: string | undefined;
  settings: Readonly<Record<string, unknown>>;
  onSaved(): void;
}) {
  const { may } = useSession();
  const before = settings['schedule'] as Schedule | undefined;
  const [scheduled, setScheduled] = useState(before !== undefined);
  const [zone, setZone] = useState(before?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [allTheTime, setAllTheTime] = useState(before !== undefined && before.hours === undefined);
  const [days, setDays] = useState(() =>
    dayTexts(before === undefined ? { 'mon-fri': ['09:00-17:00'] } : before.hours),
  );
  const [dates, setDates] = useState(() =>
    Object.entries(before?.dates ?? {})
      .map(([date, spans]) => `${date} ${spans.join(', ')}`.trimEnd())
      .join('\n'),
  );
  const [from, setFrom] = useState(localText(before?.from ?? ''));
  const [until, setUntil] = useState(localText(before?.until ?? ''));

  async function save(): Promise<void> {
    const { id: _, schedule: __, ...rest } = settings;
    const special = datesOf(dates);
    const hours = Object.fromEntries(
      DAYS.map((day) => [day, spansOf(days[day])] as const).filter(([, spans]) => spans.length > 0),
    );
    const schedule = {
      timeZone: zone.trim(),
      ...(allTheTime ? {} : { hours }),
      ...(Object.keys(special).length === 0 ? {} : { dates: special }),
      ...(from === '' ? {} : { from: new Date(from).toISOString() }),
      ...(until === '' ? {} : { until: new Date(until).toISOString() }),
    };
    await api.put(path, { ...rest, ...(scheduled ? { schedule } : {}) }, etag);
    notify('good', t('schedule.saved'));
    onSaved();
  }

  return (
    <Card>
      <Form onSubmit={save}>
        <fieldset class="bare" disabled={!may('admin', 'operator')}>
          <FormPart title={t('schedule.title')} hint={t('schedule.text')}>
            <CheckField
              label={t('schedule.on')}
              name="schedule"
              checked={scheduled}
              onChange={setScheduled}
            />
            {scheduled && (
              <TextField
                label={t('schedule.zone')}
                name="schedule.timeZone"
                hint={t('schedule.zoneHint')}
                value={zone}
                onChange={setZone}
                mono
              />
            )}
          </FormPart>
          {scheduled && (
            <>
              <FormPart title={t('schedule.hours')} hint={t('schedule.hoursHint')}>
                <CheckField
                  label={t('schedule.always')}
                  name="schedule.hours"
                  checked={allTheTime}
                  onChange={setAllTheTime}
                />
                {!allTheTime &&
                  DAYS.map((day) => (
                    <TextField
                      key={day}
                      label={t(`day.${day}`)}
                      name={`schedule.hours.${day}`}
                      placeholder={t('schedule.closed')}
                      value={days[day]}
                      onChange={(text) => setDays({ ...days, [day]: text })}
                      mono
                    />
                  ))}
              </FormPart>
              <FormPart title={t('schedule.dates')} hint={t('schedule.datesHint')}>
                <TextAreaField
                  label={t('schedule.dates')}
                  name="schedule.dates"
                  optional
                  wide
                  mono
                  value={dates}
                  onChange={setDates}
                />
              </FormPart>
              <FormPart title={t('schedule.span')} hint={t('schedule.spanHint')}>
                <TextField
                  label={t('schedule.from')}
                  name="schedule.from"
                  type="datetime-local"
                  optional
                  value={from}
                  onChange={setFrom}
                />
                <TextField
                  label={t('schedule.until')}
                  name="schedule.until"
                  type="datetime-local"
                  optional
                  value={until}
                  onChange={setUntil}
                />
              </FormPart>
            </>
          )}
        </fieldset>
        {may('admin', 'operator') && (
          <div class="form-actions">
            <SubmitButton>{shared('form.save')}</SubmitButton>
          </div>
        )}
      </Form>
    </Card>
  );
}
