/**
 * Version 15: names and numbers of contacts are found by tables that lists are merged into in order (`late-index.ts`). As
 * indexes they cost a page of the disk for each contact of an import, its place in them being random.
 */
export const lateIndexesSchema = `
CREATE TABLE contact_names (
  name TEXT NOT NULL COLLATE NOCASE,
  contact_key INTEGER NOT NULL,
  PRIMARY KEY (name, contact_key)
) WITHOUT ROWID;
INSERT INTO contact_names SELECT name, contact_key FROM contacts INDEXED BY contacts_by_name WHERE name <> ''
  ORDER BY name COLLATE NOCASE, contact_key;
DROP INDEX contacts_by_name;

CREATE TABLE listed_numbers (
  number TEXT NOT NULL,
  contact_key INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (number, contact_key, position)
) WITHOUT ROWID;
INSERT INTO listed_numbers SELECT number, contact_key, position FROM contact_numbers
  ORDER BY number, contact_key, position;
DROP INDEX contact_numbers_by_number;

-- Contacts up to this key are in the tables; those after it are put there when the store is opened, or later.
INSERT INTO meta SELECT 'contact_names_through', CAST(coalesce(max(contact_key), 0) AS TEXT) FROM contacts;
INSERT INTO meta SELECT 'listed_numbers_through', CAST(coalesce(max(contact_key), 0) AS TEXT) FROM contacts;
`;
