/** Areas under a declared emergency: nobody in them is called meanwhile. */
import { useState } from 'preact/hooks';
import { localText } from '../documents/fields';
import { api } from '../shared/api';
import { ConfirmDialog, Dialog, DialogActions } from '../shared/dialog';
import { Loading, notify, Pill, Trouble } from '../shared/feedback';
import { Form, SubmitButton, TextField } from '../shared/form';
import { dateTime } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { useSession } from '../shared/session';
import { Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { t } from './texts';

interface Area {
  readonly id: string;
  readonly area: string;
  readonly postalCodes?: readonly string[];
  readonly from: string;
  readonly until?: string;
  readonly reason: string;
  readonly inForce: boolean;
}

const PATH = '/v1/compliance/emergency-areas';

export function AreasTab() {
  const { may } = useSession();
  const { data, error, reload } = useLoad('areas', (signal) => allItems<Area>(PATH, {}, signal));
  const [editing, setEditing] = useState<Area | 'new'>();
  const [removing, setRemoving] = useState<Area>();
  const editable = may('admin', 'operator', 'supervisor');
  return (
    <Card
      title={t('areas.title')}
      class="flush"
      aside={
        editable && (
          <button type="button" class="button small" onClick={() => setEditing('new')}>
            <Icon name="plus" size={14} /> {t('areas.new')}
          </button>
        )
      }
    >
      <p class="quiet card-text">{t('areas.text')}</p>
      <Trouble error={error} retry={reload} />
      {data === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<Area>
          label={t('areas.title')}
          rows={data}
          keyOf={(row) => row.id}
          empty={t('areas.none')}
          columns={[
            {
              id: 'area',
              head: t('areas.area'),
              sort: (row) => row.area,
              cell: (row) => (
                <>
                  <b class="mono">{row.area}</b>
                  {row.postalCodes !== undefined && (
                    <p class="quiet mono clip">{row.postalCodes.join(', ')}</p>
                  )}
                </>
              ),
            },
            {
              id: 'state',
              head: t('areas.state'),
              cell: (row) => (
                <Pill tone={row.inForce ? 'bad' : 'quiet'}>
                  {t(row.inForce ? 'areas.inForce' : 'areas.notInForce')}
                </Pill>
              ),
            },
            {
              id: 'from',
              head: t('areas.from'),
              wideOnly: true,
              sort: (row) => row.from,
              cell: (row) => dateTime(row.from),
            },
            {
              id: 'until',
              head: t('areas.until'),
              wideOnly: true,
              cell: (row) => (row.until === undefined ? t('areas.open') : dateTime(row.until)),
            },
            { id: 'reason', head: shared('form.reason'), cell: (row) => row.reason },
            {
              id: 'actions',
              head: '',
              align: 'right',
              cell: (row) =>
                editable && (
                  <span class="row-actions">
                    <button
                      type="button"
                      class="button small"
                      aria-label={t('areas.editOne', { area: row.area })}
                      onClick={() => setEditing(row)}
                    >
                      {shared('form.edit')}
                    </button>
                    <button
                      type="button"
                      class="button small"
                      aria-label={t('areas.removeOne', { area: row.area })}
                      onClick={() => setRemoving(row)}
                    >
                      {shared('form.remove')}
                    </button>
                  </span>
                ),
            },
          ]}
        />
      )}
      {editing !== undefined && (
        <AreaDialog
          area={editing === 'new' ? undefined : editing}
          onSaved={reload}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing !== undefined && (
        <ConfirmDialog
          title={t('areas.removeAsk', { area: removing.area })}
          text={t('areas.removeText')}
          action={shared('form.remove')}
          danger
          onConfirm={async () => {
            await api.remove(`${PATH}/${encodeURIComponent(removing.id)}`);
            notify('good', t('areas.removed', { area: removing.area }));
            reload();
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Card>
  );
}

function AreaDialog({
  area,
  onSaved,
  onClose,
}: {
  area: Area | undefined;
  onSaved(): void;
  onClose(): void;
}) {
  const [code, setCode] = useState(area?.area ?? '');
  const [postal, setPostal] = useState(area?.postalCodes?.join(', ') ?? '');
  const [from, setFrom] = useState(localText(area?.from ?? ''));
  const [until, setUntil] = useState(localText(area?.until ?? ''));
  const [reason, setReason] = useState(area?.reason ?? '');
  const iso = (text: string) => new Date(text).toISOString();
  const codes = postal
    .split(/[,，\s]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return (
    <Dialog title={t(area === undefined ? 'areas.new' : 'areas.edit')} onClose={onClose} wide>
      <Form
        onSubmit={async () => {
          await api.post<Area>(PATH, {
            ...(area === undefined ? {} : { id: area.id }),
            area: code.trim().toUpperCase(),
            reason: reason.trim(),
            ...(codes.length === 0 ? {} : { postalCodes: codes }),
            ...(from === '' ? {} : { from: iso(from) }),
            ...(until === '' ? {} : { until: iso(until) }),
          });
          notify('good', t('areas.saved', { area: code.trim().toUpperCase() }));
          onSaved();
          onClose();
        }}
      >
        <div class="fields">
          <TextField
            label={t('areas.area')}
            name="area"
            hint={t('areas.areaHint')}
            value={code}
            onChange={setCode}
            mono
            autofocus
          />
          <TextField
            label={t('areas.postal')}
            name="postalCodes"
            hint={t('areas.postalHint')}
            optional
            value={postal}
            onChange={setPostal}
            mono
          />
          <TextField
            label={t('areas.from')}
            name="from"
            type="datetime-local"
            optional
            value={from}
            onChange={setFrom}
          />
          <TextField
            label={t('areas.until')}
            name="until"
            type="datetime-local"
            optional
            value={until}
            onChange={setUntil}
          />
          <TextField
            label={shared('form.reason')}
            name="reason"
            hint={t('areas.reasonHint')}
            value={reason}
            onChange={setReason}
            wide
          />
        </div>
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={code.trim() === '' || reason.trim() === ''}>
            {shared('form.save')}
          </SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
