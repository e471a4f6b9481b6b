/** Reads `esl://:PASSWORD@HOST:PORT` and `ari://USER:PASSWORD@HOST:PORT`. */
import { DEFAULTS, type SwitchConnection } from './settings.js';
import type { ValueReader } from './value-reader.js';

const FORM = 'esl://:PASSWORD@HOST:PORT or ari://USER:PASSWORD@HOST:PORT';

export interface SwitchUrl extends Omit<SwitchConnection, 'id'> {
  /** From `?gateway=NAME`: the gateway that calls leave through. */
  readonly gateway?: string;
  /** From `?channels=N` and `?cps=N`. */
  readonly maximumChannels?: number;
  readonly callsPerSecond?: number;
}

/** The URL with its password hidden, for messages. */
export function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:***@');
}

export function readSwitchUrl(reader: ValueReader): SwitchUrl | undefined {
  const text = reader.text();
  if (text === undefined) return undefined;
  const refuse = (): undefined => reader.as(withoutPassword(text)).wrong(FORM);
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuse();
  }
  const kind = url.protocol === 'esl:' ? 'freeswitch' : url.protocol === 'ari:' ? 'asterisk' : undefined;
  if (kind === undefined || url.hostname === '' || (url.pathname !== '' && url.pathname !== '/'))
    return refuse();
  if (url.password === '') return reader.problem(`has no password: write it as ${FORM}`);
  const query = reader.as(Object.fromEntries(url.searchParams)).keys(['gateway', 'channels', 'cps', 'app']);
  const gateway = query.gateway.text(/^[\w.-]+$/, 'the name of a gateway');
  if (kind !== 'asterisk' && query.app.given)
    query.app.problem('is for Asterisk alone: leave it out of esl:// addresses');
  const application = query.app.text(/^[\w.-]{1,64}$/, 'the name of a Stasis application');
  const maximumChannels = query.channels.integer(1, 1_000_000);
  const callsPerSecond = query.cps.number(0.1, 10_000);
  return {
    kind,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULTS.switchPort[kind] : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(application !== undefined && { application }),
    ...(gateway !== undefined && { gateway }),
    ...(maximumChannels !== undefined && { maximumChannels }),
    ...(callsPerSecond !== undefined && { callsPerSecond }),
  };
}
