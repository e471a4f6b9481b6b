/** The login page: by user name and password, or with an API key. */
import { useEffect, useState } from 'preact/hooks';
import { Banner } from './feedback';
import { Form, SubmitButton, TextField } from './form';
import { LanguageChoice } from './layout';
import { useSession } from './session';
import { t } from './texts';

export function LoginPage({ publicPage }: { publicPage?: { readonly name: string; readonly href: string } }) {
  const session = useSession();
  const [way, setWay] = useState<'password' | 'key'>('password');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [key, setKey] = useState('');
  const title = t('session.title');
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main class="login" id="main">
      <div class="login-card">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        <h1>{title}</h1>
        <p class="quiet login-subtitle">{t('session.subtitle')}</p>
        {session.notice !== '' && <Banner tone="warn">{session.notice}</Banner>}
        <div class="segments login-way">
          <div>
            <button type="button" aria-pressed={way === 'password'} onClick={() => setWay('password')}>
              {t('session.byPassword')}
            </button>
            <button type="button" aria-pressed={way === 'key'} onClick={() => setWay('key')}>
              {t('session.byKey')}
            </button>
          </div>
        </div>
        {way === 'password' ? (
          <Form key="password" onSubmit={() => session.signIn(username.trim(), password)}>
            <TextField
              label={t('session.username')}
              name="username"
              autocomplete="username"
              value={username}
              onChange={setUsername}
              autofocus
            />
            <TextField
              label={t('session.password')}
              name="password"
              type="password"
              autocomplete="current-password"
              value={password}
              onChange={setPassword}
            />
            <SubmitButton disabled={username.trim() === '' || password === ''}>
              {t('session.signIn')}
            </SubmitButton>
          </Form>
        ) : (
          <Form key="key" onSubmit={() => session.signInWithKey(key.trim())}>
            <TextField
              label={t('session.key')}
              name="key"
              type="password"
              value={key}
              onChange={setKey}
              placeholder="tactus_…"
              hint={t('session.keyHint')}
              mono
              autofocus
            />
            <SubmitButton disabled={key.trim() === ''}>{t('session.signIn')}</SubmitButton>
          </Form>
        )}
        <LanguageChoice />
        {publicPage !== undefined && (
          <a class="login-back" href={publicPage.href}>
            {publicPage.name}
          </a>
        )}
      </div>
    </main>
  );
}
