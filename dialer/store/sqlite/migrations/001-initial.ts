/**
 * Version 1. Instants are epoch milliseconds, which may have a fraction where a switch reports one (hence no
 * STRICT tables); stages and states are the codes of `codes.ts`; booleans are 0
 * and 1. In a row, what every call touches stands in front of
 * the long texts.
 */
export const initialSchema = `
CREATE TABLE campaigns (
  campaign_key INTEGER PRIMARY KEY,
  campaign_id TEXT NOT NULL UNIQUE,
  -- CampaignRecord as JSON; null when the campaign is known by its contacts or DNC entries only.
  record TEXT,
  -- Sizes of the stage samples as JSON, once drawn.
  samples TEXT
);

CREATE TABLE agents (
  agent_id TEXT PRIMARY KEY,
  session TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE contacts (
  contact_key INTEGER PRIMARY KEY,
  campaign_key INTEGER NOT NULL REFERENCES campaigns,
  stage INTEGER NOT NULL,
  state INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  -- While leased; null from the intent to the result, when the attempt holds the contact.
  leased_until INTEGER,
  next_number INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  last_outcome TEXT NOT NULL,
  last_attempt_at INTEGER NOT NULL,
  done_reason TEXT NOT NULL,
  callback_at INTEGER,
  callback_agent TEXT,
  callback_grace INTEGER,
  external_id TEXT NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  region TEXT NOT NULL,
  fields TEXT NOT NULL
);
CREATE UNIQUE INDEX contacts_by_external_id ON contacts (campaign_key, external_id) WHERE external_id <> '';
CREATE INDEX contacts_by_state ON contacts (campaign_key, state);
CREATE INDEX contacts_open ON contacts (campaign_key, stage, due_at) WHERE state = 0;
CREATE INDEX contacts_callback ON contacts (campaign_key, stage, due_at) WHERE state = 3;
CREATE INDEX contacts_leased ON contacts (leased_until) WHERE state = 1;

CREATE TABLE contact_numbers (
  contact_key INTEGER NOT NULL,
  position INTEGER NOT NULL,
  number TEXT NOT NULL,
  campaign_key INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  dead INTEGER NOT NULL,
  PRIMARY KEY (contact_key, position)
) WITHOUT ROWID;

-- How many contacts are in which state, kept up to date by every change of a contact.
CREATE TABLE contact_counts (
  campaign_key INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  state INTEGER NOT NULL,
  tried INTEGER NOT NULL,
  contacts INTEGER NOT NULL,
  PRIMARY KEY (campaign_key, stage, state, tried)
) WITHOUT ROWID;

CREATE TABLE attempts (
  attempt_key INTEGER PRIMARY KEY,
  attempt_id TEXT NOT NULL UNIQUE,
  campaign_key INTEGER NOT NULL REFERENCES campaigns,
  contact_key INTEGER NOT NULL,
  number TEXT NOT NULL,
  number_index INTEGER NOT NULL,
  intended_at INTEGER NOT NULL,
  -- Null while the attempt is open.
  outcome TEXT,
  -- Open attempts are charged until their result says otherwise.
  charged INTEGER NOT NULL,
  live_answer INTEGER NOT NULL,
  -- Intent with its permit, result and disposition as JSON.
  intent TEXT NOT NULL,
  result TEXT,
  disposition TEXT
);
CREATE UNIQUE INDEX attempts_open ON attempts (number) WHERE outcome IS NULL;
CREATE INDEX attempts_charged ON attempts (number, intended_at) WHERE charged = 1;
CREATE INDEX attempts_by_campaign ON attempts (campaign_key);
CREATE INDEX attempts_by_contact ON attempts (contact_key);
CREATE INDEX attempts_by_outcome ON attempts (outcome);
CREATE INDEX attempts_totals ON attempts (campaign_key, intended_at, outcome, charged, live_answer);

-- When an attempt on the number last ended so, over all campaigns.
CREATE TABLE number_history (
  number TEXT PRIMARY KEY,
  abandoned_at INTEGER,
  machine_at INTEGER,
  refused_at INTEGER,
  conversation_at INTEGER
) WITHOUT ROWID;

CREATE TABLE dnc (
  number TEXT NOT NULL,
  -- 0: the internal list, for all campaigns.
  campaign_key INTEGER NOT NULL,
  reason TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (number, campaign_key)
) WITHOUT ROWID;

CREATE TABLE consent (
  number TEXT PRIMARY KEY,
  consent TEXT NOT NULL,
  evidence TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  expires_at INTEGER
) WITHOUT ROWID;

CREATE TABLE journal (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  -- A tactus.Event message, see events.proto.
  event BLOB NOT NULL
);

CREATE TABLE api_keys (
  key_id TEXT PRIMARY KEY,
  api_key TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE idempotency (
  idempotency_key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  answered_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (answered_at);
`;
