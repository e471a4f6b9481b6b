/** What leads and attempts of a campaign are told apart by before anybody talks to them: script, offer and source. */
import type { BlockedSegment, CampaignSettings, Lead } from './model.js';
import type { Campaign } from './state.js';

/** Segments that are known of a lead before it is dialled can be halted alone. */
export function isBlockable(dimension: string): boolean {
  return dimension === 'source' || dimension === 'script';
}

/** The halted segment that the lead belongs to. */
export function blockedBy(
  campaign: Campaign,
  lead: { readonly source?: string | undefined; readonly script?: string | undefined },
): BlockedSegment | undefined {
  const { blocked } = campaign.progress;
  if (blocked.length === 0) return undefined;
  return blocked.find(
    ({ dimension, value }) => (dimension === 'source' ? lead.source : lead.script) === value,
  );
}

/** Where the contact comes from, as the list says. */
export function sourceOf(settings: CampaignSettings, lead: Lead): string | undefined {
  const { sourceField } = settings;
  if (sourceField === undefined) return undefined;
  const value = lead.fields[sourceField];
  return value === undefined || value === '' ? undefined : value;
}

/**
 * The script variant of a contact, with its version: by a hash of campaign and contact, in proportion to the weights, so
 * that a contact keeps its variant over retries and restarts.
 */
export function scriptOf(settings: CampaignSettings, contactId: string): string | undefined {
  const { scripts } = settings;
  if (scripts === undefined) return undefined;
  let sum = 0;
  for (const { weight = 1 } of scripts) sum += weight;
  let point = sum * hashShare(`${settings.id}/${contactId}`);
  for (const { id, version, weight = 1 } of scripts) {
    point -= weight;
    if (point < 0 && weight > 0) return `${id}@${version}`;
  }
  return undefined;
}

export function offerOf({ offer }: CampaignSettings): string | undefined {
  return offer === undefined ? undefined : `${offer.id}@${offer.version}`;
}

/** A hash of the text in [0, 1): FNV-1a, finished as MurmurHash3 finishes. */
export function hashShare(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** Versions of scripts and offers are counted up where their text has changed. */
export function withVersions(
  next: CampaignSettings,
  previous: CampaignSettings | undefined,
): CampaignSettings {
  const versionOf = (
    item: { readonly id: string; readonly text: string },
    old: { readonly text: string; readonly version: number } | undefined,
  ): number => (old === undefined ? 1 : old.text === item.text ? old.version : old.version + 1);
  return {
    ...next,
    ...(next.scripts === undefined
      ? {}
      : {
          scripts: next.scripts.map((script) => ({
            ...script,
            version: versionOf(
              script,
              previous?.scripts?.find(({ id }) => id === script.id),
            ),
          })),
        }),
    ...(next.offer === undefined
      ? {}
      : {
          offer: {
            ...next.offer,
            version: versionOf(
              next.offer,
              previous?.offer?.id === next.offer.id ? previous.offer : undefined,
            ),
          },
        }),
  };
}
