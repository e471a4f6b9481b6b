/** Where a switch is, as an operator writes it: `esl://:PASSWORD@HOST:PORT`. */

export interface SwitchUrl {
  readonly kind: 'freeswitch';
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

/** Port of mod_event_socket when none is given. */
const defaultPort = 8021;

/**
 * Reads `esl://:PASSWORD@HOST:PORT`. The port is 8021 when it is left out. Characters of the password that
 * mean something in a URL are written as `%XX`.
 * @throws Error with what is wrong and how to write it; the password is never part of the message.
 */
export function parseSwitchUrl(text: string): SwitchUrl {
  const form = 'write esl://:PASSWORD@HOST:PORT';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'ari')
    throw new Error(
      'switch: ari:// (Asterisk) is not in this build; use a FreeSWITCH, esl://:PASSWORD@HOST:PORT',
    );
  if (scheme !== 'esl')
    throw new Error(
      `switch: ${scheme ? `unknown scheme ${scheme}://` : 'the address has no scheme'}; ${form}`,
    );
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error(
      `switch: the address cannot be read (is there a space, or a bare @ or / in the password?); ${form}`,
    );
  }
  if (!url.hostname) throw new Error(`switch: the host is missing; ${form}`);
  if (url.username)
    throw new Error(`switch: mod_event_socket has no user names, so the colon comes first; ${form}`);
  if (!url.password) throw new Error(`switch: the password is missing; ${form}`);
  if ((url.pathname && url.pathname !== '/') || url.search || url.hash)
    throw new Error(`switch: nothing may follow the port; ${form}`);
  const port = url.port ? Number(url.port) : defaultPort;
  if (port === 0) throw new Error(`switch: port 0 cannot be connected to; ${form}`);
  let password: string;
  try {
    password = decodeURIComponent(url.password);
  } catch {
    throw new Error('switch: the password holds a % that is no %XX escape; write a percent sign as %25');
  }
  if (/[\r\n\0]/.test(password)) throw new Error('switch: the password holds a line break or a NUL byte');
  return { kind: 'freeswitch', host: url.hostname.replace(/^\[|\]$/g, ''), port, password };
}
