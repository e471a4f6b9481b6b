/** What a browser does with cookies: keeps what it is given and sends it along. */
import type { Answer, Harness } from './harness.js';

export interface Browser {
  /** The value of the session's cookie; empty when there is none. */
  cookie: string;
  csrfToken: string;
  login(username: string, password: string, headers?: Record<string, string>): Promise<Answer>;
  /** Sends the cookie, and with writes the CSRF token, unless the headers say otherwise. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export function openBrowser(h: Pick<Harness, 'send'>): Browser {
  const browser: Browser = {
    cookie: '',
    csrfToken: '',
    async login(username, password, headers = {}) {
      const answer = await browser.send('POST', '/v1/session', { username, password }, headers);
      if (answer.status === 201) browser.csrfToken = answer.body.csrfToken;
      return answer;
    },
    async send(method, path, body, headers = {}) {
      const answer = await h.send(method, path, body, {
        authorization: '',
        ...(browser.cookie === '' ? {} : { cookie: `theme=dark; tactus_session=${browser.cookie}` }),
        ...(method === 'GET' || browser.csrfToken === '' ? {} : { 'x-csrf-token': browser.csrfToken }),
        ...headers,
      });
      const given = /tactus_session=([^;]*)/.exec(answer.headers.get('set-cookie') ?? '')?.[1];
      if (given !== undefined) browser.cookie = given;
      return answer;
    },
  };
  return browser;
}
