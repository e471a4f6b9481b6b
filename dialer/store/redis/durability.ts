/** What the Redis that was found guarantees: asked at the start, and said in words. */
import type { RedisConnection } from './connection.js';

export interface Durability {
  /** When a write is on the disk. */
  readonly disk: 'always' | 'everysec' | 'never' | 'unknown';
  /** Fewest replicas of any primary. */
  readonly replicas: number;
  readonly replicasAwaited: number;
  readonly evictionPolicy: string;
  /** One line for the log and the banner. */
  readonly text: string;
  /** What an operator should change. */
  readonly warnings: readonly string[];
}

const LOSES: Readonly<Record<Durability['disk'], string>> = {
  always: 'every write is on the disk before it is acknowledged',
  everysec: 'a crash of the server may lose the last second',
  never:
    'nothing is on the disk when a write is acknowledged: a crash of the server loses all since its last snapshot',
  unknown: 'the server does not say when it writes to the disk (CONFIG is not allowed)',
};

export async function readDurability(connection: RedisConnection): Promise<Durability> {
  const setting = async (name: string): Promise<readonly string[]> => {
    try {
      const answers = await connection.eachPrimary('CONFIG', 'GET', name);
      return answers.map((answer) => String((answer as unknown[])[1] ?? ''));
    } catch {
      return [];
    }
  };
  const [appendOnly, fsync, policies, infos] = await Promise.all([
    setting('appendonly'),
    setting('appendfsync'),
    setting('maxmemory-policy'),
    connection.eachPrimary('INFO', 'replication').catch(() => []),
  ]);
  const disk = diskOf(appendOnly, fsync);
  const replicas = Math.min(
    ...infos.map((info) => Number(/^connected_slaves:(\d+)/m.exec(String(info))?.[1] ?? 0)),
    infos.length === 0 ? 0 : Number.POSITIVE_INFINITY,
  );
  const evictionPolicy = policies.find((policy) => policy !== 'noeviction') ?? policies[0] ?? 'unknown';
  const { waitReplicas } = connection.address;
  const warnings: string[] = [];
  if (evictionPolicy !== 'noeviction' && evictionPolicy !== 'unknown')
    warnings.push(
      `maxmemory-policy is ${evictionPolicy}: it must be noeviction, or Redis drops records when memory is short`,
    );
  if (disk === 'never')
    warnings.push('appendonly is off: set "appendonly yes" and "appendfsync everysec" or "always"');
  if (waitReplicas > replicas)
    warnings.push(
      `the address asks to wait for ${waitReplicas} replicas and ${replicas} are connected: no write will be acknowledged`,
    );
  const copies =
    replicas === 0
      ? 'there is no replica'
      : waitReplicas > 0
        ? `each write waits for ${waitReplicas} of ${replicas} replicas`
        : `${replicas} replicas follow without being waited for: a failover may lose the newest writes`;
  return {
    disk,
    replicas,
    replicasAwaited: waitReplicas,
    evictionPolicy,
    text: `Redis (${connection.address.kind}): ${LOSES[disk]}; ${copies}`,
    warnings,
  };
}

function diskOf(appendOnly: readonly string[], fsync: readonly string[]): Durability['disk'] {
  if (appendOnly.length === 0) return 'unknown';
  if (appendOnly.some((value) => value !== 'yes')) return 'never';
  if (fsync.every((value) => value === 'always')) return 'always';
  return fsync.some((value) => value === 'no') ? 'never' : 'everysec';
}
