import type { EmergencyAreaRecord, EpochMilliseconds } from '../../core/model.js';
import type { ApiKey } from '../port.js';
import { IDEMPOTENCY_MILLISECONDS } from '../rules.js';
import type { RedisConnection } from './connection.js';
import { fieldsOf } from './hash-fields.js';
import type { RegistryKeys } from './registry-keys.js';
import { readScript } from './scripts.js';
import type { Steps } from './steps.js';

const REMEMBER = readScript('remember-answer');
const PUT = readScript('put-field');
const DROP = readScript('drop-field');
/** Answers that are too old and are dropped with one write. */
const DROPPED_AT_ONCE = 100;
/** Answers that are looked through in one command. */
const LOOKED_AT_ONCE = 200;

export interface Answer {
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

/** API keys, emergency areas, and answers to writes. */
export class Registry {
  readonly #connection: RedisConnection;
  readonly #keys: RegistryKeys;

  constructor(connection: RedisConnection, keys: RegistryKeys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  // -- API keys

  async apiKeys(): Promise<readonly ApiKey[]> {
    const keys = (await this.#all(this.#keys.apiKeys)) as ApiKey[];
    return keys.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  async saveApiKey(steps: Steps, key: ApiKey): Promise<void> {
    await steps.run('save', PUT, [this.#keys.apiKeys], [key.id, JSON.stringify(key)]);
  }

  // -- emergency areas

  async emergencyAreas(): Promise<readonly EmergencyAreaRecord[]> {
    const areas = (await this.#all(this.#keys.emergencyAreas)) as EmergencyAreaRecord[];
    return areas.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async saveEmergencyArea(steps: Steps, area: EmergencyAreaRecord): Promise<void> {
    await steps.run('save', PUT, [this.#keys.emergencyAreas], [area.id, JSON.stringify(area)]);
  }

  async removeEmergencyArea(steps: Steps, id: string): Promise<boolean> {
    return (await steps.run('remove', DROP, [this.#keys.emergencyAreas], [id])) === 1;
  }

  async #all(key: string): Promise<unknown[]> {
    const answer = (await this.#connection.call('hgetall', key)) as string[] | Record<string, string>;
    return [...fieldsOf(answer).values()].map((json) => JSON.parse(json) as unknown);
  }

  // -- answers to writes

  async answer(key: string, now: EpochMilliseconds): Promise<Answer | undefined> {
    const json = (await this.#connection.call('hget', this.#keys.answers, key)) as string | null;
    if (json === null) return undefined;
    const { at, ...answer } = JSON.parse(json) as Answer & { readonly at: EpochMilliseconds };
    return at <= now - IDEMPOTENCY_MILLISECONDS ? undefined : answer;
  }

  async remember(key: string, { request, status, body }: Answer, at: EpochMilliseconds): Promise<void> {
    await this.#connection.run(
      REMEMBER,
      [this.#keys.answers, this.#keys.answerTimes],
      [
        key,
        JSON.stringify({ request, status, body, at }),
        at,
        at - IDEMPOTENCY_MILLISECONDS,
        DROPPED_AT_ONCE,
      ],
    );
  }

  /** Forgets the answers that name one of the numbers. */
  async forgetAnswersWith(numbers: readonly string[]): Promise<void> {
    const { answers, answerTimes } = this.#keys;
    let cursor = '0';
    do {
      const [next, found] = (await this.#connection.call(
        'hscan',
        answers,
        cursor,
        'COUNT',
        LOOKED_AT_ONCE,
      )) as [string, string[]];
      for (const [key, json] of fieldsOf(found)) {
        const { body } = JSON.parse(json) as Answer;
        if (!numbers.some((number) => body.includes(number))) continue;
        await this.#connection.call('hdel', answers, key);
        await this.#connection.call('zrem', answerTimes, key);
      }
      cursor = next;
    } while (cursor !== '0');
  }
}
