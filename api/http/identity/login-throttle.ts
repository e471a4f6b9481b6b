/**
 * Slows the guessing of passwords: after a few failures the next attempts of this user from this address wait, then
 * those of the whole address, and of the user from everywhere. What a login waits for never says whether there is
 * such a user.
 */

interface Failures {
  count: number;
  lastAt: number;
}

/** Failures that are free; each further one doubles the wait, from one second up to `longest` seconds. */
interface Allowance {
  readonly free: number;
  readonly longest: number;
}

/** One person who mistypes. */
const PAIR: Allowance = { free: 5, longest: 900 };
/** A whole office may be behind one address. */
const ADDRESS: Allowance = { free: 50, longest: 300 };
/** From many addresses at once; kept short, so that nobody can lock somebody out. */
const USER: Allowance = { free: 30, longest: 30 };

const FORGET_MILLISECONDS = 3_600_000;
const REMEMBERED = 50_000;

export class LoginThrottle {
  readonly #now: () => number;
  /** Least recently failed first. */
  readonly #failures = new Map<string, Failures>();

  /** `now`: milliseconds of any clock that runs in real time. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Seconds to wait before this login may be tried. 0: at once, and the attempt counts as a failure until it has
   * succeeded, so that many at the same time gain nothing.
   */
  attempt(username: string, address: string): number {
    const { pair, user, from } = keysOf(username, address);
    const wait = Math.max(this.#waitOf(pair, PAIR), this.#waitOf(user, USER), this.#waitOf(from, ADDRESS));
    if (wait > 0) return wait;
    this.#count(pair, 1);
    this.#count(user, 1);
    return 0;
  }

  /** The password was wrong. */
  failed(username: string, address: string): void {
    this.#count(keysOf(username, address).from, 1);
  }

  /** The password was right: what this user mistyped here is forgotten, not what others did at this address. */
  succeeded(username: string, address: string): void {
    const { pair, user } = keysOf(username, address);
    this.#failures.delete(pair);
    this.#count(user, -1);
  }

  #count(key: string, by: 1 | -1): void {
    const before = this.#recent(key);
    const count = (before?.count ?? 0) + by;
    this.#failures.delete(key);
    if (count <= 0) return;
    this.#failures.set(key, { count, lastAt: by > 0 ? this.#now() : (before?.lastAt ?? 0) });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= REMEMBERED) break;
      this.#failures.delete(oldest);
    }
  }

  #recent(key: string): Failures | undefined {
    const found = this.#failures.get(key);
    return found !== undefined && this.#now() - found.lastAt < FORGET_MILLISECONDS ? found : undefined;
  }

  #waitOf(key: string, { free, longest }: Allowance): number {
    const failures = this.#recent(key);
    if (failures === undefined || failures.count < free) return 0;
    const seconds = Math.min(longest, 2 ** Math.min(failures.count - free, 20));
    return Math.max(0, Math.ceil(seconds - (this.#now() - failures.lastAt) / 1000));
  }
}

function keysOf(username: string, address: string) {
  const user = username.toLowerCase();
  const from = networkOf(address);
  return { pair: `pair ${user} ${from}`, user: `user ${user}`, from: `from ${from}` };
}

/** Whoever has one IPv6 address has 2⁶⁴ of them: they count as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
