/** What a real switch's events looked like, call by call (test/fixtures/sim). */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RecordedEvent {
  /** 1, 2, 3 … in the order of appearance; 0 for events that are not about a leg. */
  readonly leg: number;
  readonly name: string;
  readonly headers: ReadonlySet<string>;
  /** Names and decoded values. */
  readonly size: number;
}

function fixture(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'test/fixtures/sim/switch-events.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('test/fixtures/sim was not found above the compiled tests');
    folder = parent;
  }
  return join(folder, 'test/fixtures/sim/switch-events.json');
}

export function recordedEvents(): ReadonlyMap<string, readonly RecordedEvent[]> {
  const file = JSON.parse(readFileSync(fixture(), 'utf8')) as {
    names: string[];
    sets: string[];
    cases: Record<string, [number, string, number, number][]>;
  };
  const sets = file.sets.map((ranges) => {
    const headers = new Set<string>();
    for (const range of ranges.split(' ')) {
      const [from, to = from] = range.split('-').map(Number);
      for (let index = from!; index <= to!; index++) headers.add(file.names[index]!);
    }
    return headers;
  });
  return new Map(
    Object.entries(file.cases).map(([name, events]) => [
      name,
      events.map(([leg, event, set, size]) => ({ leg, name: event, headers: sets[set]!, size })),
    ]),
  );
}
