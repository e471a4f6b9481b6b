/** Reads the settings of TLS, proxies, sessions and rate limits. */
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { SESSION_TIMES, type SessionTimes } from '../http/identity/sessions.js';
import { RATE_LIMITS, type RateLimit, type RateLimits } from '../http/rate-limit.js';
import type { TlsFiles } from '../http/tls.js';
import type { ValueReader } from './value-reader.js';

/** `folder`: paths are meant from the file that names them. */
export function readTlsFiles(reader: ValueReader, folder: string): TlsFiles | undefined {
  if (!reader.given) return undefined;
  const fields = reader.keys(['certificate', 'key'] as const);
  const certificate = fields.certificate.text();
  const key = fields.key.text();
  if (!fields.certificate.given) fields.certificate.problem('is missing: name the file with the certificate');
  if (!fields.key.given) fields.key.problem('is missing: name the file with the private key');
  if (certificate === undefined || key === undefined) return undefined;
  return { certificate: resolve(folder, certificate), key: resolve(folder, key) };
}

export function readTrustedProxies(reader: ValueReader): readonly string[] {
  return reader.list(100).flatMap((each) => {
    const text = each.text();
    if (text === undefined) return [];
    return isNetwork(text) ? [text] : (each.wrong('an address or a network such as 10.0.0.0/8') ?? []);
  });
}

function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(address, /^\d{1,3}$/.test(bits) ? Number(bits) : -1, `ipv${version as 4 | 6}`);
    return true;
  } catch {
    return false;
  }
}

export function readOrigins(reader: ValueReader): readonly string[] {
  if (!reader.given) return [];
  return reader
    .keys(['origins'] as const)
    .origins.list(100)
    .flatMap((each) => {
      const text = each.text();
      if (text === undefined) return [];
      const isOrigin = /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
      return isOrigin ? [text] : (each.wrong('an origin such as https://crm.example.com') ?? []);
    });
}

export function readSessionTimes(reader: ValueReader): SessionTimes {
  if (!reader.given) return SESSION_TIMES;
  const fields = reader.keys(['idleMinutes', 'hours'] as const);
  const idle = fields.idleMinutes.number(1, 1440, ' minutes');
  const hours = fields.hours.number(0.1, 720, ' hours');
  return {
    idle: idle === undefined ? SESSION_TIMES.idle : idle * 60_000,
    longest: hours === undefined ? SESSION_TIMES.longest : hours * 3_600_000,
  };
}

export function readRateLimits(reader: ValueReader): RateLimits {
  if (!reader.given) return RATE_LIMITS;
  const fields = reader.keys(['principal', 'address'] as const);
  return {
    principal: readRateLimit(fields.principal, RATE_LIMITS.principal),
    address: readRateLimit(fields.address, RATE_LIMITS.address),
  };
}

function readRateLimit(reader: ValueReader, otherwise: RateLimit): RateLimit {
  if (!reader.given) return otherwise;
  const fields = reader.keys(['perSecond', 'burst'] as const);
  return {
    perSecond: fields.perSecond.number(0.1, 1_000_000) ?? otherwise.perSecond,
    burst: fields.burst.integer(1, 10_000_000) ?? otherwise.burst,
  };
}
