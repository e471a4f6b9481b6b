import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../dialer/store/index.js';
import { storeContract, type Tap } from './contract.js';

async function folder(t: Tap): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'tactus-store-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

storeContract('sqlite', async (t) => openSqliteStore({ file: join(await folder(t), 'store.db') }));
