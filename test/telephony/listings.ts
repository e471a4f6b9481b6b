/** Listings as `show channels as json` gives them, with the columns that are read. */

/** A switch with answered channels, none of them bridged. */
export function parkedListing(...channelIds: readonly string[]): string {
  const rows = channelIds.map((uuid) => ({
    uuid,
    direction: 'outbound',
    created_epoch: '1795315839',
    state: 'CS_EXECUTE',
    application: 'park',
    callstate: 'ACTIVE',
    call_uuid: uuid,
  }));
  return JSON.stringify({ row_count: rows.length, rows });
}
