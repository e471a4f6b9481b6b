/**
 * Version 13: lists within a campaign, which can be paused one by one and say how far they have been worked; versions and
 * earlier rounds of contacts; callbacks from their promise to what became of them; and what contacts and attempts are looked
 * for by.
 */
export const listsSchema = `
CREATE TABLE lists (
  list_key INTEGER PRIMARY KEY,
  campaign_key INTEGER NOT NULL REFERENCES campaigns,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  UNIQUE (campaign_key, name)
);
-- How many contacts of a list are in which state after how many attempts, kept up to date by every change of a contact.
CREATE TABLE list_counts (
  list_key INTEGER NOT NULL,
  state INTEGER NOT NULL,
  -- 20 stands for as many or more.
  attempts INTEGER NOT NULL,
  contacts INTEGER NOT NULL,
  PRIMARY KEY (list_key, state, attempts)
) WITHOUT ROWID;

ALTER TABLE contacts ADD COLUMN list_key INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- Attempts before the contact was last put back to be called again.
ALTER TABLE contacts ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
INSERT INTO lists (campaign_key, name, source, created_at, paused)
  SELECT DISTINCT campaign_key, 'main', '', CAST(unixepoch('subsec') * 1000 AS INTEGER), 0 FROM contacts;
UPDATE contacts SET list_key = (SELECT list_key FROM lists WHERE lists.campaign_key = contacts.campaign_key);
INSERT INTO list_counts
  SELECT list_key, state, min(attempts, 20), count(*) FROM contacts GROUP BY list_key, state, min(attempts, 20);
DROP INDEX contacts_open;
CREATE INDEX contacts_open ON contacts (campaign_key, stage, list_key, due_at) WHERE state = 0;
CREATE INDEX contacts_by_name ON contacts (name COLLATE NOCASE) WHERE name <> '';

CREATE TABLE callbacks (
  callback_key INTEGER PRIMARY KEY,
  campaign_key INTEGER NOT NULL REFERENCES campaigns,
  contact_key INTEGER NOT NULL,
  -- 0: waiting, 1: called, 2: cancelled, 3: dropped.
  state INTEGER NOT NULL,
  agent_id TEXT,
  grace_until INTEGER,
  booked_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  attempt_id TEXT,
  called_at INTEGER,
  ended_at INTEGER
);
CREATE UNIQUE INDEX callbacks_waiting ON callbacks (contact_key) WHERE state = 0;
CREATE INDEX callbacks_by_due ON callbacks (due_at);
CREATE INDEX callbacks_by_campaign ON callbacks (campaign_key, due_at);
INSERT INTO callbacks (campaign_key, contact_key, state, agent_id, grace_until, booked_at, due_at, moved)
  SELECT campaign_key, contact_key, 0, callback_agent, callback_grace, last_attempt_at, callback_at, 0
    FROM campaigns JOIN contacts USING (campaign_key) WHERE state IN (1, 3) AND callback_at IS NOT NULL;

ALTER TABLE attempts ADD COLUMN agent_id TEXT GENERATED ALWAYS AS (result ->> '$.agentId') VIRTUAL;
ALTER TABLE attempts ADD COLUMN word TEXT GENERATED ALWAYS AS (disposition ->> '$.disposition') VIRTUAL;
CREATE INDEX attempts_by_agent ON attempts (agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX attempts_by_word ON attempts (word) WHERE word IS NOT NULL;
`;
