/** Version 3: the abandon ledgers of the legal windows, and what was learned from the calls. */
export const abandonLedgerSchema = `
CREATE TABLE abandon_ledger (
  campaign_key INTEGER NOT NULL REFERENCES campaigns,
  -- Id of the law that counts so.
  law TEXT NOT NULL,
  -- Start of the window, or of the stretch of a sliding one, and until when the row matters to a window.
  from_at INTEGER NOT NULL,
  needed_until INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  abandoned INTEGER NOT NULL,
  machines INTEGER NOT NULL,
  PRIMARY KEY (campaign_key, law, from_at)
) WITHOUT ROWID;

-- What pacing has learned of one pool, as JSON, as it last said.
CREATE TABLE learned (
  pool TEXT PRIMARY KEY,
  snapshot TEXT NOT NULL
) WITHOUT ROWID;
`;
