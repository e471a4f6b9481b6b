/** Who is signed in: by a session's cookie, or by an API key that was pasted in. */
import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useState } from 'preact/hooks';
import { ApiProblem, api, request, setCsrfToken, storedKey, storeKey, whenSignedOut } from './api';
import { t } from './texts';

export type Role = 'admin' | 'operator' | 'supervisor' | 'agent' | 'integrator' | 'read-only';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  /** Absent when a key was pasted in: only the service knows its role. */
  readonly role?: Role;
  readonly agentId?: string;
}

interface SessionAnswer {
  readonly user: User & { readonly role: Role };
  readonly csrfToken: string;
}

export interface Session {
  readonly state: 'unknown' | 'in' | 'out';
  readonly user: User | undefined;
  /** Why the session ended, for the login page; empty at first. */
  readonly notice: string;
  /** May the user do what needs one of these roles? A key's role is not known, so it may try. */
  may(...roles: readonly Role[]): boolean;
  signIn(username: string, password: string): Promise<void>;
  signInWithKey(key: string): Promise<void>;
  signOut(): Promise<void>;
}

/** Set while this browser has a session, so that nobody else's page begins with a refused request. */
const HAS_SESSION = 'tactus-session';

function remember(has: boolean): void {
  try {
    if (has) localStorage.setItem(HAS_SESSION, 'yes');
    else localStorage.removeItem(HAS_SESSION);
  } catch {
    // A browser that keeps nothing: the session ends with the page.
  }
}

function hasSession(): boolean {
  try {
    return localStorage.getItem(HAS_SESSION) !== null;
  } catch {
    return false;
  }
}

const SessionContext = createContext<Session | undefined>(undefined);

/** The user of a pasted key, as the service knows it. */
async function keyUser(): Promise<User> {
  try {
    const { user } = await api.get<Pick<SessionAnswer, 'user'>>('/v1/session');
    return user;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) throw error;
    // Out of reach just now: the pages say so; the role is not known.
    return { id: 'key', username: '', name: t('session.asKey') };
  }
}

export function SessionProvider({ children }: { children: ComponentChildren }) {
  const [state, setState] = useState<Session['state']>('unknown');
  const [user, setUser] = useState<User>();
  const [notice, setNotice] = useState('');

  const enter = useCallback((next: User) => {
    setUser(next);
    setNotice('');
    setState('in');
  }, []);
  const leave = useCallback((why: string) => {
    storeKey(undefined);
    setCsrfToken(undefined);
    remember(false);
    setUser(undefined);
    setNotice(why);
    setState('out');
  }, []);

  useEffect(() => {
    let ended = false;
    async function find(): Promise<void> {
      try {
        if (storedKey() !== undefined) {
          const found = await keyUser();
          return ended ? undefined : enter(found);
        }
        if (!hasSession()) return setState('out');
        const { user: found, csrfToken } = await api.get<SessionAnswer>('/v1/session');
        if (ended) return;
        setCsrfToken(csrfToken);
        enter(found);
      } catch (error) {
        if (ended) return;
        // Out of reach, it may still be there when the page is loaded again.
        if (error instanceof ApiProblem && error.status === 401) return leave(t('session.ended'));
        setState('out');
      }
    }
    void find().then(() => {
      // From here on a 401 means that the session has ended, not that there was none.
      whenSignedOut(() => leave(t('session.ended')));
    });
    return () => {
      ended = true;
      whenSignedOut(() => undefined);
    };
  }, [enter, leave]);

  const session: Session = {
    state,
    user,
    notice,
    may: (...roles) => user !== undefined && (user.role === undefined || roles.includes(user.role)),
    async signIn(username, password) {
      storeKey(undefined);
      whenSignedOut(() => undefined);
      try {
        const { body } = await request<SessionAnswer>('POST', '/v1/session', {
          body: { username, password },
        });
        setCsrfToken(body.csrfToken);
        remember(true);
        enter(body.user);
      } catch (error) {
        if (error instanceof ApiProblem && error.code === 'route_not_found') {
          throw new ApiProblem(404, error.code, t('session.noLogin'));
        }
        throw error;
      } finally {
        whenSignedOut(() => leave(t('session.ended')));
      }
    },
    async signInWithKey(key) {
      storeKey(key);
      whenSignedOut(() => undefined);
      try {
        await api.get('/v1/overview');
        enter(await keyUser());
      } catch (error) {
        storeKey(undefined);
        if (error instanceof ApiProblem && error.status === 401) {
          throw new ApiProblem(401, error.code, t('session.keyWrong'), [
            { field: 'key', detail: t('session.keyWrong') },
          ]);
        }
        throw error;
      } finally {
        whenSignedOut(() => leave(t('session.ended')));
      }
    },
    async signOut() {
      if (storedKey() === undefined) {
        try {
          await api.remove('/v1/session');
        } catch (error) {
          // The cookie is still there: saying "signed out" would be wrong.
          if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
        }
      }
      leave('');
    },
  };
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('useSession needs a SessionProvider above it');
  return session;
}
