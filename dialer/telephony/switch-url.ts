/** Where a switch is, as an operator writes it: `esl://:PASSWORD@HOST:PORT` or `ari://USER:PASSWORD@HOST:PORT`. */

export interface SwitchUrl {
  readonly kind: 'freeswitch' | 'asterisk';
  readonly host: string;
  readonly port: number;
  /** Of ARI; empty for FreeSWITCH, whose event socket has no user names. */
  readonly user: string;
  readonly password: string;
}

/** Ports of mod_event_socket and of Asterisk's HTTP server, when none is given. */
const defaultPort = { freeswitch: 8021, asterisk: 8088 } as const;

const forms = {
  freeswitch: 'write esl://:PASSWORD@HOST:PORT',
  asterisk: 'write ari://USER:PASSWORD@HOST:PORT',
} as const;

/**
 * Reads the address of a switch. The port is 8021 (FreeSWITCH) or 8088 (Asterisk) when it is left out. Characters of the
 * password that mean something in a URL are written as `%XX`.
 * @throws Error with what is wrong and how to write it; the password is never part of the message.
 */
export function parseSwitchUrl(text: string): SwitchUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== 'esl' && scheme !== 'ari')
    throw new Error(
      `switch: ${scheme ? `unknown scheme ${scheme}://` : 'the address has no scheme'}; ${forms.freeswitch} or ${forms.asterisk.replace('write ', '')}`,
    );
  const kind = scheme === 'esl' ? 'freeswitch' : 'asterisk';
  const form = forms[kind];
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(
      `switch: the address cannot be read (is there a space, or a bare @ or / in the password?); ${form}`,
    );
  }
  if (!url.hostname) throw new Error(`switch: the host is missing; ${form}`);
  if (kind === 'freeswitch' && url.username)
    throw new Error(`switch: mod_event_socket has no user names, so the colon comes first; ${form}`);
  if (kind === 'asterisk' && !url.username)
    throw new Error(`switch: the user of ari.conf is missing; ${form}`);
  if (!url.password) throw new Error(`switch: the password is missing; ${form}`);
  if ((url.pathname && url.pathname !== '/') || url.search || url.hash)
    throw new Error(`switch: nothing may follow the port; ${form}`);
  const port = url.port ? Number(url.port) : defaultPort[kind];
  if (port === 0) throw new Error(`switch: port 0 cannot be connected to; ${form}`);
  const user = decoded(url.username, 'user');
  const password = decoded(url.password, 'password');
  return { kind, host: url.hostname.replace(/^\[|\]$/g, ''), port, user, password };
}

function decoded(text: string, what: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch {
    throw new Error(`switch: the ${what} holds a % that is no %XX escape; write a percent sign as %25`);
  }
  if (/[\r\n\0]/.test(plain)) throw new Error(`switch: the ${what} holds a line break or a NUL byte`);
  return plain;
}
