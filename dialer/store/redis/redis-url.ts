/** Addresses of a Redis: one server, Sentinel or Cluster, from one URL. */
import { StoreError } from '../errors.js';

export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** Name of the primary that the sentinels watch; empty otherwise. */
  readonly primary: string;
  readonly username: string;
  readonly password: string;
  /** Of the sentinels themselves; empty when they ask for none. */
  readonly sentinelPassword: string;
  readonly database: number;
  readonly tls: boolean;
  /** Before every key, so that several installations can share a server. */
  readonly prefix: string;
  /** Replicas that must have taken a write before it counts as durable; 0 asks none. */
  readonly waitReplicas: number;
}

/** `redis://`, `rediss://`, `redis+sentinel://`, `redis+cluster://`, and the last two over TLS. */
export const REDIS_URL = /^(rediss?)(?:\+(sentinel|cluster))?:\/\//;

const EXAMPLES =
  'redis://HOST:6379/0, redis+sentinel://HOST:26379,HOST:26379/NAME or redis+cluster://HOST:6379,HOST:6379';
const PREFIX = /^[\w.:-]{0,40}$/;

/**
 * Reads `redis://[user:password@]host[:port][,host[:port]…][/database or name of the primary][?prefix=…&wait=…]`.
 *
 * @throws StoreError `store_unsupported` that names what is wrong; it never repeats the password
 */
export function parseRedisUrl(url: string): RedisAddress {
  const fail = (what: string): never => {
    throw new StoreError('store_unsupported', `${what}: write ${EXAMPLES}`);
  };
  const scheme = REDIS_URL.exec(url) ?? fail('this is no address of a Redis');
  const [, protocol, mode] = scheme;
  const rest = url.slice(scheme[0].length);
  const [, credentials = '', hostList = '', path = '', query = ''] =
    /^(?:([^@/?]*)@)?([^@/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(rest) ??
    fail('the address of the Redis cannot be read');
  const [username = '', password = ''] = credentials.includes(':')
    ? credentials.split(/:(.*)/s)
    : ['', credentials];
  const kind = (mode ?? 'single') as RedisAddress['kind'];
  const hosts = hostList.split(',').map((text) => {
    const [, host = '', port] =
      /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? fail(`"${text}" is no host of a Redis`);
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (kind === 'sentinel' ? 26379 : 6379)) };
  });
  if (kind === 'single' && hosts.length > 1) fail('redis:// takes one host');
  if (kind === 'sentinel' && path === '') fail('redis+sentinel:// needs the name of the primary');
  if (kind === 'cluster' && path !== '' && path !== '0') fail('a Redis Cluster has database 0 only');
  if (kind === 'single' && !/^\d{0,4}$/.test(path)) fail(`"${path}" is no number of a database`);
  const options = new URLSearchParams(query);
  for (const name of options.keys())
    if (!['prefix', 'wait', 'sentinelPassword', 'db'].includes(name))
      fail(`the address of the Redis has no option "${name}"`);
  const number = (name: string): number => {
    const text = options.get(name) ?? '0';
    return /^\d{1,3}$/.test(text) ? Number(text) : fail(`${name} must be a number`);
  };
  if (kind === 'cluster' && number('wait') > 0)
    fail('wait is for one server and Sentinel: in a Redis Cluster use min-replicas-to-write');
  const prefix = options.get('prefix') ?? 'tactus:';
  if (!PREFIX.test(prefix)) fail('prefix may have letters, digits and . _ : - only, 40 at most');
  return {
    kind,
    hosts,
    primary: kind === 'sentinel' ? path : '',
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    sentinelPassword: options.get('sentinelPassword') ?? '',
    database: kind === 'single' ? Number(path) : number('db'),
    tls: protocol === 'rediss',
    prefix,
    waitReplicas: number('wait'),
  };
}

/** The address without its secrets, for messages. */
export function describeAddress({ kind, hosts, primary, tls }: RedisAddress): string {
  const scheme = `${tls ? 'rediss' : 'redis'}${kind === 'single' ? '' : `+${kind}`}`;
  const places = hosts.map(({ host, port }) => `${host}:${port}`).join(',');
  return `${scheme}://${places}${primary === '' ? '' : `/${primary}`}`;
}
