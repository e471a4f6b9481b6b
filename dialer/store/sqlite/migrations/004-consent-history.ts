/**
 * Consent as an append-only history per number, attempts with their subject and person, and the latest outcomes of persons
 * beside those of numbers.
 */
export const consentHistorySchema = `
CREATE TABLE consent_records (
  number TEXT NOT NULL,
  -- 1 for the number's first entry.
  sequence INTEGER NOT NULL,
  -- 0: refused or revoked, 1: express, 2: written, 3: presumed.
  word INTEGER NOT NULL,
  given_at INTEGER NOT NULL,
  expires_at INTEGER,
  -- JSON array; null: all purposes. Null in the next two: every channel, every seller.
  purposes TEXT,
  channel TEXT,
  seller TEXT,
  source TEXT NOT NULL,
  evidence TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (number, sequence)
) WITHOUT ROWID;
INSERT INTO consent_records
  SELECT number, 1, consent = 'granted', recorded_at, expires_at, NULL, NULL, NULL, 'before the history',
    evidence, '', recorded_at FROM consent;
DROP TABLE consent;

ALTER TABLE attempts ADD COLUMN subject TEXT NOT NULL DEFAULT '';
-- Null when nothing but the number is known of the person.
ALTER TABLE attempts ADD COLUMN person TEXT;
UPDATE attempts SET
  subject = (SELECT campaign_id FROM campaigns WHERE campaigns.campaign_key = attempts.campaign_key),
  person = (SELECT CASE
      WHEN external_id <> '' THEN '=' || external_id
      WHEN (SELECT count(*) FROM contact_numbers n WHERE n.contact_key = contacts.contact_key) > 1
        THEN 'c' || contact_key END
    FROM contacts WHERE contacts.contact_key = attempts.contact_key);
DROP INDEX attempts_charged;
CREATE INDEX attempts_charged ON attempts (number, intended_at, subject) WHERE charged = 1;
CREATE INDEX attempts_by_person ON attempts (person, intended_at, number, subject)
  WHERE charged = 1 AND person IS NOT NULL;

-- When an attempt last ended so, over all campaigns: by number, and by person as attempts name it.
CREATE TABLE outcome_history (
  whose TEXT PRIMARY KEY,
  abandoned_at INTEGER,
  machine_at INTEGER,
  refused_at INTEGER,
  conversation_at INTEGER
) WITHOUT ROWID;
INSERT INTO outcome_history SELECT number, abandoned_at, machine_at, refused_at, conversation_at
  FROM number_history;
INSERT INTO outcome_history (whose, refused_at, conversation_at)
  SELECT person, max(refused_at), max(conversation_at)
    FROM attempts JOIN number_history USING (number)
    WHERE person IS NOT NULL AND charged = 1 AND coalesce(refused_at, conversation_at) IS NOT NULL GROUP BY person;
DROP TABLE number_history;
`;
