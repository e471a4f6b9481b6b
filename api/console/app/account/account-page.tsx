/** The own account: who one is here, and the own password. */
import { useState } from 'preact/hooks';
import { api, setCsrfToken } from '../shared/api';
import { Banner, notify } from '../shared/feedback';
import { Form, SubmitButton, TextField } from '../shared/form';
import { Card, PageHead } from '../shared/layout';
import { useSession } from '../shared/session';
import { t as shared } from '../shared/texts';
import { t } from './texts';

export function AccountPage() {
  const { user } = useSession();
  if (user === undefined) return null;
  const { name, username, role, agentId } = user;
  return (
    <>
      <PageHead title={t('title')} subtitle={name || username} />
      <div class="stack">
        <Card title={t('who')}>
          <dl class="facts">
            <div>
              <dt>{t('username')}</dt>
              <dd class="mono">{username || '–'}</dd>
            </div>
            <div>
              <dt>{t('role')}</dt>
              <dd>{role === undefined ? '–' : shared(`role.${role}`)}</dd>
            </div>
            {agentId !== undefined && (
              <div>
                <dt>{t('agent')}</dt>
                <dd class="mono">{agentId}</dd>
              </div>
            )}
          </dl>
        </Card>
        <Card title={t('password')}>
          {username === '' ? (
            <Banner tone="info">{t('keyOnly')}</Banner>
          ) : (
            <OwnPassword username={username} />
          )}
        </Card>
      </div>
    </>
  );
}

function OwnPassword({ username }: { username: string }) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && again !== password;
  return (
    <Form
      onSubmit={async () => {
        const { csrfToken } = await api.put<{ readonly csrfToken?: string }>(
          `/v1/users/${encodeURIComponent(username)}/password`,
          { password, currentPassword: current },
        );
        // This session goes on under a new cookie, with a new token.
        if (csrfToken !== undefined) setCsrfToken(csrfToken);
        setCurrent('');
        setPassword('');
        setAgain('');
        notify('good', t('changed'));
      }}
    >
      <p class="quiet">{t('passwordText')}</p>
      <input type="text" name="username" autocomplete="username" value={username} hidden readOnly />
      <div class="fields">
        <TextField
          label={t('current')}
          name="currentPassword"
          type="password"
          autocomplete="current-password"
          value={current}
          onChange={setCurrent}
          wide
        />
        <TextField
          label={t('new')}
          name="password"
          type="password"
          autocomplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <TextField
          label={t('again')}
          name="again"
          type="password"
          autocomplete="new-password"
          value={again}
          onChange={setAgain}
          error={differs ? t('differs') : undefined}
        />
      </div>
      <div class="form-actions">
        <SubmitButton disabled={current === '' || password === '' || again !== password}>
          {t('change')}
        </SubmitButton>
      </div>
    </Form>
  );
}
