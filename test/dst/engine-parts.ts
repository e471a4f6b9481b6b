/** The engine under test: the compiled core and stores of this project, as they are or with a planted bug. */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import type * as CoreModule from '../../dialer/core/core.js';
import type * as StateModule from '../../dialer/core/initial-state.js';
import type * as MemoryModule from '../../dialer/store/memory-store.js';
import type { StoreOperations } from '../../dialer/store/operations.js';
import type * as BatchModule from '../../dialer/store/sqlite/batch.js';
import type * as DatabaseModule from '../../dialer/store/sqlite/database.js';
import type * as MigrateModule from '../../dialer/store/sqlite/migrate.js';
import type * as SqliteModule from '../../dialer/store/sqlite/sqlite-operations.js';
import { DiskStore } from './disk-store.js';
import { type Mutation, plantedTexts } from './mutations.js';
import type { PlantedModules } from './planted-loader.js';

export interface EngineParts {
  readonly createCore: typeof CoreModule.createCore;
  readonly makeState: typeof StateModule.makeState;
  memoryStore(): StoreOperations;
  /** The embedded store on a file in this folder, in this thread. */
  diskStore(folder: string): DiskStore;
}

let plantedEngines = 0;

/** What to put behind the address of a module to get it from an engine with the bug. */
function tagOf(root: string, mutation: Mutation): string {
  const data: PlantedModules = {
    tag: `?planted=${++plantedEngines}`,
    root: pathToFileURL(`${root}/`).href,
    texts: plantedTexts(root, mutation),
  };
  register('./planted-loader.js', { parentURL: import.meta.url, data });
  return data.tag;
}

/**
 * @param root folder of compiled files that holds `dialer/`
 * @param mutation bug to plant
 */
export async function loadEngine(root: string, mutation?: Mutation): Promise<EngineParts> {
  const tag = mutation === undefined ? '' : tagOf(root, mutation);
  const load = async <T>(path: string): Promise<T> =>
    (await import(pathToFileURL(`${root}/${path}`).href + tag)) as T;
  const core = await load<typeof CoreModule>('dialer/core/core.js');
  const state = await load<typeof StateModule>('dialer/core/initial-state.js');
  const memory = await load<typeof MemoryModule>('dialer/store/memory-store.js');
  const database = await load<typeof DatabaseModule>('dialer/store/sqlite/database.js');
  const batch = await load<typeof BatchModule>('dialer/store/sqlite/batch.js');
  const migrations = await load<typeof MigrateModule>('dialer/store/sqlite/migrate.js');
  const sqlite = await load<typeof SqliteModule>('dialer/store/sqlite/sqlite-operations.js');
  return {
    createCore: core.createCore,
    makeState: state.makeState,
    memoryStore: () => new memory.MemoryStoreCore({ journalLimit: 1_000 }),
    diskStore: (folder) =>
      new DiskStore(folder, (file) => {
        const opened = database.openDatabase(file);
        // What outlives a crash is what was written (`reopen` copies it): waiting for the disk changes none of it.
        opened.execute('PRAGMA synchronous = OFF');
        migrations.migrate(opened);
        // Drawn at random in a new file, and part of every attempt's id: a run would not repeat itself.
        opened.execute("INSERT OR IGNORE INTO meta VALUES ('installation', '00000000')");
        return {
          database: opened,
          runner: new batch.BatchRunner(opened, new sqlite.SqliteOperations(opened)),
        };
      }),
  };
}
