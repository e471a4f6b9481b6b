/** The frame of every page: navigation, the bar at the top, the place for the content. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StreamState } from './events';
import { Notes, notifyError } from './feedback';
import { currentLanguage, type Language, setLanguage } from './i18n';
import { Icon, type IconName } from './icons';
import { href } from './router';
import { useSession } from './session';
import { t } from './texts';
import { currentTheme, setTheme, THEMES, type Theme } from './theme';

export interface NavItem {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
}

export interface NavGroup {
  readonly name: string;
  readonly items: readonly NavItem[];
}

export function Layout({
  groups,
  path,
  live,
  status,
  children,
}: {
  groups: readonly NavGroup[];
  path: string;
  live: StreamState | undefined;
  /** Always at hand in the bar at the top: switches, the emergency stop. */
  status?: ComponentChildren;
  children: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    setOpen(false);
    scrollTo(0, 0);
    // The next page begins at its content for the keyboard and for those who listen.
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div class={`frame ${open ? 'nav-open' : ''}`}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {t('nav.skip')}
      </button>
      <aside class="side">
        <a class="brand" href={href('/')}>
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>Tactus</span>
        </a>
        <nav aria-label={t('nav.main')}>
          {groups.map((group) => (
            <div key={group.name} class="nav-group">
              <p>{group.name}</p>
              <ul>
                {group.items.map((item) => (
                  <li key={item.path}>
                    <a
                      href={href(item.path)}
                      {...(isWithin(path, item.path) ? { 'aria-current': 'page' as const } : {})}
                    >
                      <Icon name={item.icon} /> {item.name}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
      </aside>
      <div class="side-shade" onClick={() => setOpen(false)} aria-hidden="true" />
      <div class="body">
        <header class="top">
          <button
            type="button"
            class="icon-button menu-button"
            aria-label={t('nav.menu')}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Icon name="menu" size={20} />
          </button>
          {live !== undefined && <LiveMark state={live} />}
          <div class="top-status">{status}</div>
          <Settings account="/account" />
        </header>
        <main id="main" ref={main} tabIndex={-1}>
          {children}
        </main>
      </div>
      <Notes />
    </div>
  );
}

function isWithin(path: string, item: string): boolean {
  return item === '/' ? path === '/' : path === item || path.startsWith(`${item}/`);
}

export function LiveMark({ state }: { state: StreamState }) {
  const tone = state === 'live' ? 'good' : state === 'off' ? 'quiet' : 'warn';
  return (
    <span class={`live ${tone}`} role="status">
      <i />
      {t(`live.${state}`)}
    </span>
  );
}

/** Language, appearance, the own account (where the page has one) and signing out, behind one button. */
export function Settings({ account }: { account?: string }) {
  const { user, state, signOut } = useSession();
  const [open, setOpen] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !element.current?.contains(event.target)) setOpen(false);
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpen(false);
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', escaped);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', escaped);
    };
  }, [open]);
  return (
    <div class="settings" ref={element}>
      <button
        type="button"
        class="user-button"
        aria-expanded={open}
        title={t('nav.settings')}
        onClick={() => setOpen(!open)}
      >
        <Icon name={user === undefined ? 'settings' : 'users'} />
        <span>{user?.name || user?.username || t('nav.language')}</span>
        <Icon name="down" size={14} />
      </button>
      {open && (
        <div class="menu">
          {user !== undefined && (
            <p class="menu-user">
              <b>{user.name || user.username}</b>
              {user.role !== undefined && <span class="quiet">{t(`role.${user.role}`)}</span>}
            </p>
          )}
          <LanguageChoice />
          <ThemeChoice />
          {account !== undefined && state === 'in' && (
            <a class="menu-action" href={href(account)} onClick={() => setOpen(false)}>
              <Icon name="key" /> {t('session.account')}
            </a>
          )}
          {state === 'in' && (
            <button
              type="button"
              class="menu-action"
              onClick={() => {
                setOpen(false);
                signOut().catch(notifyError);
              }}
            >
              <Icon name="leave" /> {t('session.signOut')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };

export function LanguageChoice() {
  return (
    <fieldset class="segments">
      <legend>{t('nav.language')}</legend>
      <div>
        {(['en', 'zh'] as const).map((language) => (
          <button
            key={language}
            type="button"
            lang={language}
            aria-pressed={currentLanguage() === language}
            onClick={() => setLanguage(language)}
          >
            {LANGUAGE_NAMES[language]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function ThemeChoice() {
  const [theme, choose] = useState<Theme>(currentTheme);
  return (
    <fieldset class="segments">
      <legend>{t('nav.theme')}</legend>
      <div>
        {THEMES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={theme === one}
            onClick={() => {
              setTheme(one);
              choose(one);
            }}
          >
            {t(`theme.${one}`)}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** The head of a page: where one is, what it is, what can be done. Sets the window's title. */
export function PageHead({
  title,
  subtitle,
  back,
  children,
}: {
  title: string;
  subtitle?: ComponentChildren;
  back?: { readonly path: string; readonly name: string };
  /** Actions at the right. */
  children?: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Tactus`;
  }, [title]);
  return (
    <div class="page-head">
      <div class="page-title">
        {back !== undefined && (
          <a class="back" href={href(back.path)}>
            <Icon name="left" size={14} /> {back.name}
          </a>
        )}
        <h1>{title}</h1>
        {subtitle !== undefined && <p class="quiet">{subtitle}</p>}
      </div>
      {children !== undefined && <div class="page-actions">{children}</div>}
    </div>
  );
}

/** Parts of a page behind tabs, each with its own address. */
export function Tabs({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { readonly path: string; readonly name: string; readonly here: boolean }[];
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.path} href={href(tab.path)} {...(tab.here ? { 'aria-current': 'page' as const } : {})}>
          {tab.name}
        </a>
      ))}
    </nav>
  );
}

/** A part of a page on its own ground. */
export function Card({
  title,
  aside,
  children,
  class: className = '',
}: {
  title?: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}) {
  return (
    <section class={`card ${className}`} {...(title === undefined ? {} : { 'aria-label': title })}>
      {title !== undefined && (
        <header class="card-head">
          <h2>{title}</h2>
          {aside !== undefined && <div class="card-aside">{aside}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
