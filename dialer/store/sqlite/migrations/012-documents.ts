/** Version 12: documents that operators keep and edit, with their versions. */
export const documentsSchema = `
CREATE TABLE documents (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  -- Of the newest version, also when the document was removed.
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE document_versions (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- Of the document when this version was made.
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- JSON.
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id, version)
) WITHOUT ROWID;
`;
