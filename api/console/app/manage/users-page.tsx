/** Users and API keys: who may do what. */
import { useState } from 'preact/hooks';
import { api, request } from '../shared/api';
import { ConfirmDialog, Dialog, DialogActions } from '../shared/dialog';
import { Loading, notify, Pill, Trouble } from '../shared/feedback';
import { CheckField, Form, SelectField, SubmitButton, TextField } from '../shared/form';
import { dateTime } from '../shared/format';
import { Icon } from '../shared/icons';
import { Card, PageHead } from '../shared/layout';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { type Role, useSession } from '../shared/session';
import { Table } from '../shared/table';
import { t as shared } from '../shared/texts';
import { SecretDialog } from './secret-dialog';
import { t } from './texts';

interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly agentId?: string;
  readonly disabled: boolean;
  readonly demo?: boolean;
  readonly passwordChangedAt: string;
}

interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly agentId?: string;
  readonly createdAt: string;
  readonly revokedAt?: string;
}

const ROLES = ['admin', 'operator', 'supervisor', 'agent', 'integrator', 'read-only'] as const;
const roleOptions = () => ROLES.map((value) => ({ value, label: shared(`role.${value}`) }));

type Open =
  | { readonly what: 'user'; readonly user?: User }
  | { readonly what: 'remove'; readonly user: User }
  | { readonly what: 'key' }
  | { readonly what: 'revoke'; readonly key: ApiKey }
  | { readonly what: 'secret'; readonly secret: string };

export function UsersPage() {
  const users = useLoad('users', (signal) => allItems<User>('/v1/users', {}, signal));
  const keys = useLoad('keys', (signal) => allItems<ApiKey>('/v1/keys', {}, signal));
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <>
      <PageHead title={t('users.title')} subtitle={t('users.subtitle')} />
      <div class="stack">
        <Users users={users.data} error={users.error} reload={users.reload} onOpen={setOpen} />
        <Keys keys={keys.data} error={keys.error} reload={keys.reload} onOpen={setOpen} />
      </div>
      {open?.what === 'user' && (
        <UserDialog
          {...(open.user === undefined ? {} : { user: open.user })}
          onSaved={users.reload}
          onClose={close}
        />
      )}
      {open?.what === 'remove' && (
        <ConfirmDialog
          title={t('users.removeAsk', { name: open.user.name })}
          text={t('users.removeText')}
          action={shared('form.remove')}
          danger
          onConfirm={async () => {
            const path = `/v1/users/${encodeURIComponent(open.user.id)}`;
            const { etag } = await request<User>('GET', path);
            await api.remove(path, etag);
            notify('good', t('users.removed', { name: open.user.name }));
            users.reload();
          }}
          onClose={close}
        />
      )}
      {open?.what === 'key' && (
        <KeyDialog
          onMade={(secret) => {
            keys.reload();
            setOpen({ what: 'secret', secret });
          }}
          onClose={close}
        />
      )}
      {open?.what === 'revoke' && (
        <ConfirmDialog
          title={t('keys.revokeAsk', { name: open.key.name })}
          text={t('keys.revokeText')}
          action={t('keys.revoke')}
          danger
          onConfirm={async () => {
            await api.remove(`/v1/keys/${encodeURIComponent(open.key.id)}`);
            notify('good', t('keys.revokedNow', { name: open.key.name }));
            keys.reload();
          }}
          onClose={close}
        />
      )}
      {open?.what === 'secret' && (
        <SecretDialog
          title={t('keys.secret')}
          text={t('keys.secretText')}
          secret={open.secret}
          onClose={close}
        />
      )}
    </>
  );
}

interface PartProps {
  readonly error: unknown;
  reload(): void;
  onOpen(open: Open): void;
}

function Users({ users, error, reload, onOpen }: PartProps & { users: readonly User[] | undefined }) {
  return (
    <Card
      class="flush"
      title={t('users.users')}
      aside={
        <button type="button" class="button small" onClick={() => onOpen({ what: 'user' })}>
          <Icon name="plus" size={16} /> {t('users.new')}
        </button>
      }
    >
      <Trouble error={error} retry={reload} />
      {users === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<User>
          label={t('users.users')}
          rows={users}
          keyOf={(row) => row.id}
          empty={t('users.none')}
          columns={[
            {
              id: 'name',
              head: t('users.name'),
              sort: (row) => row.name,
              cell: (row) => (
                <div class="cell-name">
                  <span>{row.name}</span>
                  <span class="quiet">{row.username}</span>
                </div>
              ),
            },
            {
              id: 'role',
              head: t('users.role'),
              sort: (row) => ROLES.indexOf(row.role),
              cell: (row) => (
                <>
                  {shared(`role.${row.role}`)}{' '}
                  {row.agentId !== undefined && <span class="quiet">{row.agentId}</span>}
                </>
              ),
            },
            {
              id: 'state',
              head: t('users.state'),
              wideOnly: true,
              cell: (row) => (
                <span class="row">
                  <Pill tone={row.disabled ? 'quiet' : 'good'}>
                    {t(row.disabled ? 'users.off' : 'users.active')}
                  </Pill>
                  {row.demo === true && <Pill tone="warn">{t('users.demo')}</Pill>}
                </span>
              ),
            },
            {
              id: 'changed',
              head: t('users.changed'),
              wideOnly: true,
              sort: (row) => row.passwordChangedAt,
              cell: (row) => dateTime(row.passwordChangedAt),
            },
            {
              id: 'actions',
              head: '',
              align: 'right',
              cell: (row) => (
                <span class="row-actions">
                  <button
                    type="button"
                    class="button small"
                    onClick={() => onOpen({ what: 'user', user: row })}
                  >
                    {shared('form.edit')}
                  </button>
                  <button
                    type="button"
                    class="button small"
                    onClick={() => onOpen({ what: 'remove', user: row })}
                  >
                    {shared('form.remove')}
                  </button>
                </span>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Keys({ keys, error, reload, onOpen }: PartProps & { keys: readonly ApiKey[] | undefined }) {
  return (
    <Card
      class="flush"
      title={t('keys.keys')}
      aside={
        <button type="button" class="button small" onClick={() => onOpen({ what: 'key' })}>
          <Icon name="plus" size={16} /> {t('keys.new')}
        </button>
      }
    >
      <Trouble error={error} retry={reload} />
      {keys === undefined ? (
        error === undefined && <Loading />
      ) : (
        <Table<ApiKey>
          label={t('keys.keys')}
          rows={keys}
          keyOf={(row) => row.id}
          columns={[
            {
              id: 'name',
              head: t('keys.name'),
              sort: (row) => row.name,
              cell: (row) => (
                <div class="cell-name">
                  <span>{row.name}</span>
                  <span class="quiet mono">{row.id}</span>
                </div>
              ),
            },
            {
              id: 'role',
              head: t('users.role'),
              sort: (row) => ROLES.indexOf(row.role),
              cell: (row) => (
                <>
                  {shared(`role.${row.role}`)}{' '}
                  {row.agentId !== undefined && <span class="quiet">{row.agentId}</span>}
                </>
              ),
            },
            {
              id: 'created',
              head: t('keys.created'),
              wideOnly: true,
              sort: (row) => row.createdAt,
              cell: (row) => dateTime(row.createdAt),
            },
            {
              id: 'state',
              head: t('users.state'),
              cell: (row) => (
                <Pill tone={row.revokedAt === undefined ? 'good' : 'quiet'}>
                  {t(row.revokedAt === undefined ? 'keys.valid' : 'keys.revoked')}
                </Pill>
              ),
            },
            {
              id: 'actions',
              head: '',
              align: 'right',
              cell: (row) =>
                row.revokedAt === undefined && (
                  <button
                    type="button"
                    class="button small"
                    onClick={() => onOpen({ what: 'revoke', key: row })}
                  >
                    {t('keys.revoke')}
                  </button>
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function UserDialog({ user, onSaved, onClose }: { user?: User; onSaved(): void; onClose(): void }) {
  const [username, setUsername] = useState(user?.username ?? '');
  const [name, setName] = useState(user?.name ?? '');
  const [role, setRole] = useState<string>(user?.role ?? 'operator');
  const [agentId, setAgentId] = useState(user?.agentId ?? '');
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const [password, setPassword] = useState('');
  const [currentPassword, setCurrentPassword] = useState('');
  const own = useSession().user?.id === user?.id && user !== undefined;

  async function save(): Promise<void> {
    const fields = {
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      role,
      ...(role === 'agent' && agentId.trim() !== '' ? { agentId: agentId.trim() } : {}),
    };
    if (user === undefined) {
      await api.post('/v1/users', { username: username.trim(), password, ...fields });
    } else {
      const path = `/v1/users/${encodeURIComponent(user.id)}`;
      const { etag } = await request<User>('GET', path);
      await api.patch(path, { ...fields, disabled }, etag);
      if (password !== '') {
        await api.put(`${path}/password`, {
          password,
          ...(own ? { currentPassword } : {}),
        });
      }
    }
    notify('good', t('users.saved', { name: name.trim() || username }));
    onSaved();
    onClose();
  }

  return (
    <Dialog
      title={user === undefined ? t('users.new') : t('users.edit', { name: user.name })}
      onClose={onClose}
    >
      <Form onSubmit={save}>
        {user === undefined && (
          <TextField
            label={t('users.username')}
            name="username"
            value={username}
            onChange={setUsername}
            mono
            autofocus
          />
        )}
        <TextField label={t('users.name')} name="name" optional value={name} onChange={setName} />
        <SelectField
          label={t('users.role')}
          name="role"
          value={role}
          onChange={setRole}
          options={roleOptions()}
        />
        {role === 'agent' && (
          <TextField
            label={t('users.agent')}
            name="agentId"
            hint={t('users.agentHint')}
            value={agentId}
            onChange={setAgentId}
            mono
          />
        )}
        <TextField
          label={t(user === undefined ? 'users.password' : 'users.newPassword')}
          name="password"
          type="password"
          autocomplete="new-password"
          optional={user !== undefined}
          {...(user === undefined ? {} : { hint: t('users.passwordKept') })}
          value={password}
          onChange={setPassword}
        />
        {own && password !== '' && (
          <TextField
            label={t('users.currentPassword')}
            name="currentPassword"
            type="password"
            autocomplete="current-password"
            value={currentPassword}
            onChange={setCurrentPassword}
          />
        )}
        {user !== undefined && !own && (
          <CheckField label={t('users.disabled')} name="disabled" checked={disabled} onChange={setDisabled} />
        )}
        <DialogActions onCancel={onClose}>
          <SubmitButton>{shared('form.save')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function KeyDialog({ onMade, onClose }: { onMade(secret: string): void; onClose(): void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<string>('integrator');
  const [agentId, setAgentId] = useState('');
  return (
    <Dialog title={t('keys.new')} onClose={onClose}>
      <Form
        onSubmit={async () => {
          const made = await api.post<{ readonly key: string }>('/v1/keys', {
            name: name.trim(),
            role,
            ...(role === 'agent' && agentId.trim() !== '' ? { agentId: agentId.trim() } : {}),
          });
          onMade(made.key);
        }}
      >
        <TextField label={t('keys.name')} name="name" value={name} onChange={setName} autofocus />
        <SelectField
          label={t('users.role')}
          name="role"
          value={role}
          onChange={setRole}
          options={roleOptions()}
        />
        {role === 'agent' && (
          <TextField
            label={t('users.agent')}
            name="agentId"
            hint={t('users.agentHint')}
            optional
            value={agentId}
            onChange={setAgentId}
            mono
          />
        )}
        <DialogActions onCancel={onClose}>
          <SubmitButton disabled={name.trim() === ''}>{t('keys.new')}</SubmitButton>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
