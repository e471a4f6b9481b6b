/** Passwords: hashed with scrypt under a salt of their own; the cost is stored with each hash, so it can be raised. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Problem } from '../problem.js';

/** Cost of scrypt (RFC 7914): `N` a power of two; memory is 128 · N · r bytes, time grows with N · r · p. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a quarter of a second; one of the settings of OWASP's password storage cheat sheet. */
export const PASSWORD_COST: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };

export const PASSWORD_LENGTH = { minimum: 12, maximum: 256 } as const;

const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** The calls' own work shares these threads: at most two hash at once. */
const AT_ONCE = 2;
/** Beyond so many that wait the answer would come too late anyway. */
const WAITING = 100;

const STORED = /^scrypt\$N=(\d{1,8}),r=(\d{1,3}),p=(\d{1,3})\$([\w-]{22})\$([\w-]{43})$/;

export class Passwords {
  readonly #cost: PasswordCost;
  /** Nobody's: it is checked where there is no such user, so that this takes the same time. */
  readonly #nobody: string;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(cost: PasswordCost = PASSWORD_COST) {
    this.#cost = cost;
    this.#nobody = stored(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  /** What is stored of a password: `scrypt$N=…,r=…,p=…$salt$hash`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return stored(this.#cost, salt, await this.#derive(password, salt, this.#cost));
  }

  /** Is it the password? Takes the same time when `hash` is undefined. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const [, N, r, p, salt, known] = STORED.exec(hash ?? this.#nobody) ?? [];
    if (salt === undefined || known === undefined) throw new Error('a stored password has an unknown form');
    const cost = { N: Number(N), r: Number(r), p: Number(p) };
    const given = await this.#derive(password, Buffer.from(salt, 'base64url'), cost);
    return timingSafeEqual(given, Buffer.from(known, 'base64url')) && hash !== undefined;
  }

  /** Was it hashed at another cost than is asked for now? */
  isOutdated(hash: string): boolean {
    const { N, r, p } = this.#cost;
    return !hash.startsWith(`scrypt$N=${N},r=${r},p=${p}$`);
  }

  async #derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING)
        throw new Problem(
          'not_available',
          'Too many people log in at this moment: try again in a few seconds.',
        );
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await derive(password, salt, cost);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

function stored({ N, r, p }: PasswordCost, salt: Buffer, hash: Buffer): string {
  return `scrypt$N=${N},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 128 * cost.N * cost.r + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    // The same characters may be typed in more than one encoding.
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** Too easy, however long: what is tried first. */
const COMMON =
  /^(?:(?:password|passwort|qwerty|asdf|letmein|welcome|admin|tactus|changeme|secret|iloveyou|abc)+[\d\W_]*|(.{1,4})\1+|(?:0?1234567890?)+\d*)$/i;

/** What is wrong with a new password, in words that follow its field's name; undefined when it will do. */
export function passwordFault(password: string, username: string): string | undefined {
  const { minimum, maximum } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < minimum) return `is too short: give ${minimum} characters at least, such as four words`;
  if (length > maximum) return `is too long: give at most ${maximum} characters`;
  if (COMMON.test(password)) return 'is one of the first that would be tried: choose another';
  if (password.toLowerCase().replaceAll(username.toLowerCase(), '').length < 8)
    return 'is little more than the user name: choose another';
  return undefined;
}
