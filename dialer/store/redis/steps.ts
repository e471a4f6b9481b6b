/** The steps of an operation: scripts and transactions, each within one slot. */
import { createHash } from 'node:crypto';
import type { RedisArgument, RedisConnection } from './connection.js';
import { grouped } from './grouped.js';
import { REMEMBERED_SECONDS } from './redo-log.js';
import type { Script } from './scripts.js';
import { MOST_ARGUMENTS, type Transaction, untilCommitted } from './transaction.js';

export interface Steps {
  /**
   * Runs the script, or gives its answer when this step was taken before.
   *
   * @param step names the step within its operation: every step of it has another name
   */
  run(
    step: string,
    script: Script,
    keys: readonly string[],
    parameters: readonly RedisArgument[],
  ): Promise<unknown>;

  /**
   * Commits the transaction, or gives the answer that it had when this step was taken before; undefined when what it expects is
   * no longer so.
   *
   * @param key any key of the transaction's slot
   */
  commit<T>(step: string, key: string, transaction: Transaction, answer: T): Promise<T | undefined>;

  /** The answer of a step that was taken before; undefined when it was not. */
  remembered<T>(step: string, key: string): Promise<T | undefined>;
}

/** Steps that are taken each time they are asked for. */
export class PlainSteps implements Steps {
  readonly #connection: RedisConnection;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  run(
    _step: string,
    script: Script,
    keys: readonly string[],
    parameters: readonly RedisArgument[],
  ): Promise<unknown> {
    return this.#connection.run(script, keys, parameters);
  }

  async commit<T>(_step: string, _key: string, transaction: Transaction, answer: T): Promise<T | undefined> {
    if (transaction.isEmpty) return answer;
    return (await transaction.commit()).outcome === 'ok' ? answer : undefined;
  }

  async remembered(): Promise<undefined> {
    return undefined;
  }
}

/** Steps that are taken once: the answer is kept in the slot of what they changed, by the script that changes it. */
export class OnceSteps implements Steps {
  readonly #connection: RedisConnection;
  readonly #operation: string;
  /** Keys of the answers of the steps that were taken. */
  readonly #answers = new Set<string>();

  constructor(connection: RedisConnection, operation: string) {
    this.#connection = connection;
    this.#operation = operation;
  }

  run(
    step: string,
    script: Script,
    keys: readonly string[],
    parameters: readonly RedisArgument[],
  ): Promise<unknown> {
    const answer = this.#answerKey(keys[0] ?? '', step);
    this.#answers.add(answer);
    return this.#connection.run(onceOf(script), [...keys, answer], [...parameters, REMEMBERED_SECONDS]);
  }

  async commit<T>(step: string, key: string, transaction: Transaction, answer: T): Promise<T | undefined> {
    const kept = this.#answerKey(key, step);
    this.#answers.add(kept);
    const committed = await transaction.once(kept, JSON.stringify(answer), REMEMBERED_SECONDS).commit();
    if (committed.outcome === 'ok') return answer;
    return committed.outcome === 'done' ? (JSON.parse(committed.answer) as T) : undefined;
  }

  async remembered<T>(step: string, key: string): Promise<T | undefined> {
    const json = (await this.#connection.call('get', this.#answerKey(key, step))) as string | null;
    return json === null ? undefined : (JSON.parse(json) as T);
  }

  /** Drops the answers of the steps, which nobody may repeat from then on. */
  async forget(): Promise<void> {
    for (const ofSlot of grouped([...this.#answers], tagOf).values())
      for (let at = 0; at < ofSlot.length; at += MOST_ARGUMENTS) {
        const [first = '', ...others] = ofSlot.slice(at, at + MOST_ARGUMENTS);
        await this.#connection.call('del', first, ...others);
      }
  }

  /** In the slot of the key. */
  #answerKey(key: string, step: string): string {
    return `${tagOf(key)}once:${this.#operation}:${step}`;
  }
}

/** What the key begins with, up to the tag that decides on its slot. */
const tagOf = (key: string): string => key.slice(0, key.indexOf('}') + 1);

const composed = new Map<Script, Script>();

/** The script with one more key, which keeps its answer, and one more argument, for how many seconds. */
function onceOf(script: Script): Script {
  const known = composed.get(script);
  if (known !== undefined) return known;
  const source = `#!lua
local remembered = redis.call('GET', KEYS[#KEYS])
if remembered then return cjson.decode(remembered) end
local KEPT, SECONDS = table.remove(KEYS), table.remove(ARGV)
local function step()
${script.source.replace(/^#!lua\n/, '')}
end
local answer = step()
redis.call('SET', KEPT, cjson.encode(answer), 'EX', SECONDS)
return answer
`;
  const once = { name: `${script.name} once`, source, sha: createHash('sha1').update(source).digest('hex') };
  composed.set(script, once);
  return once;
}

/**
 * Takes a step that depends on what it finds, which it may have changed itself before: asks first whether it was taken, and
 * again when it finds nothing to do.
 *
 * @param attempt reads, and commits by `steps.commit` under the same name; undefined for a conflict, `false` for nothing to do
 */
export async function takeOnce<T>(
  steps: Steps,
  step: string,
  key: string,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  const before = await steps.remembered<T>(step, key);
  if (before !== undefined) return before;
  const answer = await untilCommitted(attempt);
  return answer === false ? ((await steps.remembered<T>(step, key)) ?? answer) : answer;
}
