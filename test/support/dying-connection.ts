/** The Redis connection of a process that dies in the middle of what it does. */
import type { RedisConnection } from '../../dialer/store/redis/connection.js';

export interface Dying {
  readonly connection: RedisConnection;
  /** Counting begins. */
  arm(): void;
  /** Commands that were asked for since. */
  asked(): number;
}

/**
 * Dies at its command of this number, from 1, once it is armed: nothing is sent any more.
 *
 * @param answered the command is still carried out, but its answer never comes
 */
export function dyingConnection(connection: RedisConnection, atCommand: number, answered: boolean): Dying {
  let armed = false;
  let asked = 0;
  const sending = ['call', 'entries', 'fields', 'values', 'run', 'eachPrimary'];
  const dying = new Proxy(connection, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      if (!sending.includes(String(name))) return value.bind(target) as unknown;
      return async (...parameters: unknown[]) => {
        if (armed) asked += 1;
        if (asked > atCommand || (asked === atCommand && !answered)) throw new Error('the process is dead');
        const answer: unknown = await value.apply(target, parameters);
        if (asked >= atCommand) throw new Error('the process is dead');
        return answer;
      };
    },
  });
  return {
    connection: dying,
    arm: () => {
      armed = true;
    },
    asked: () => asked,
  };
}
