import { StoreError } from '../errors.js';
import type { Database } from './database.js';
import { initialSchema } from './migrations/001-initial.js';
import { auditSchema } from './migrations/002-audit.js';
import { abandonLedgerSchema } from './migrations/003-abandon-ledger.js';
import { consentHistorySchema } from './migrations/004-consent-history.js';
import { recordsSchema } from './migrations/005-records.js';
import { emergencyAreasSchema } from './migrations/006-emergency-areas.js';
import { webhooksSchema } from './migrations/007-webhooks.js';
import { postalCodesSchema } from './migrations/008-postal-codes.js';
import { partiesSchema } from './migrations/009-parties.js';
import { closedByWordSchema } from './migrations/010-closed-by-word.js';
import { watchesSchema } from './migrations/011-watches.js';
import { documentsSchema } from './migrations/012-documents.js';
import { listsSchema } from './migrations/013-lists.js';
import { answersSchema } from './migrations/014-answers.js';
import { lateIndexesSchema } from './migrations/015-late-indexes.js';

/** Statements that bring the schema from one version to the next. Once released, never changed. */
export const MIGRATIONS: readonly string[] = [
  initialSchema,
  auditSchema,
  abandonLedgerSchema,
  consentHistorySchema,
  recordsSchema,
  emergencyAreasSchema,
  webhooksSchema,
  postalCodesSchema,
  partiesSchema,
  closedByWordSchema,
  watchesSchema,
  documentsSchema,
  listsSchema,
  answersSchema,
  lateIndexesSchema,
];

/**
 * Brings the file's schema up to the newest version, each step in one transaction with its new version
 * number. The version is the number of migrations the file has seen.
 *
 * @throws StoreError `store_schema` when the file was written by a newer version of the software.
 */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  database.execute(
    'CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  );
  const stored = database.query<[string]>("SELECT value FROM meta WHERE name = 'schema_version'").first();
  const version = Number(stored?.[0] ?? 0);
  if (version > migrations.length) {
    throw new StoreError(
      'store_schema',
      `${database.file} has schema version ${version}, this build knows ${migrations.length} at most: ` +
        'use the newer build that wrote it, or name another file',
    );
  }
  const setVersion = database.command("INSERT OR REPLACE INTO meta VALUES ('schema_version', ?)");
  for (const [index, migration] of migrations.entries()) {
    if (index < version) continue;
    database.execute('BEGIN IMMEDIATE');
    try {
      database.execute(migration);
      setVersion.run(String(index + 1));
      database.execute('COMMIT');
    } catch (error) {
      if (database.inTransaction) database.execute('ROLLBACK');
      throw error;
    }
  }
}
