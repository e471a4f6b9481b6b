/** The versions of a campaign's settings: who changed them, when, and what. They are read from the audit log. */
import type { AuditRecord, Json } from '../../dialer/audit/index.js';
import type { CampaignRecord, CampaignSettings } from '../../dialer/core/model.js';
import type { Store } from '../../dialer/store/port.js';
import { changesBetween, type FieldChange, type Fields, isFields } from './field-changes.js';
import { auditPages } from './routes/audit.js';
import { iso } from './schemas.js';

export interface CampaignVersion {
  readonly version: number;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly changes: readonly FieldChange[];
  readonly settings: Readonly<Record<string, Json>>;
}

/** Version of the settings in force, from 1. */
export function versionOf({ version = 1 }: CampaignRecord): number {
  return version;
}

/** Settings as the audit log keeps them: as JSON, with their version. */
export function versionedSettings(settings: CampaignSettings, version: number): Json {
  return { ...(JSON.parse(JSON.stringify(settings)) as Fields), version };
}

const ACTIONS = ['campaign.create', 'campaign.clone', 'campaign.update'];

function withoutVersion(value: Json | undefined): { version: number | undefined; settings: Fields } {
  const { version, ...settings } = isFields(value) ? value : {};
  return { version: typeof version === 'number' ? version : undefined, settings };
}

function versionIn(record: AuditRecord): CampaignVersion | undefined {
  const after = withoutVersion(record.after);
  if (after.version === undefined) return undefined;
  const before = withoutVersion(record.action === 'campaign.update' ? record.before : {});
  return {
    version: after.version,
    at: record.at,
    by: `${record.actor.name} (${record.actor.role})`,
    changes: record.action === 'campaign.update' ? changesBetween(before.settings, after.settings) : [],
    settings: after.settings,
  };
}

/**
 * All versions of a campaign's settings, the newest first. What was saved by the service itself, or by an older version of
 * it, left no version in the log: the first known one is then made up of what the next change found.
 */
export async function campaignVersions(
  store: Pick<Store, 'auditRecords'>,
  record: CampaignRecord,
): Promise<readonly CampaignVersion[]> {
  const { id } = record.settings;
  const found: CampaignVersion[] = [];
  let oldest: AuditRecord | undefined;
  for await (const records of auditPages(store, { subjectKind: 'campaign', subjectId: id })) {
    for (const item of records) {
      const version = ACTIONS.includes(item.action) ? versionIn(item) : undefined;
      if (version === undefined) continue;
      found.push(version);
      oldest ??= item;
    }
  }
  found.reverse();
  const first = found.at(-1);
  if (first === undefined || oldest?.action === 'campaign.update') {
    const known = oldest === undefined ? undefined : withoutVersion(oldest.before).settings;
    found.push({
      version: first === undefined ? versionOf(record) : first.version - 1,
      at: iso(record.createdAt),
      by: 'engine',
      changes: [],
      settings: known ?? withoutVersion(versionedSettings(record.settings, 1)).settings,
    });
  }
  return found;
}
