/** Version 7: webhooks, their place in the journal, and deliveries that did not arrive. */
export const webhooksSchema = `
CREATE TABLE webhooks (
  webhook_id TEXT PRIMARY KEY,
  -- WebhookRecord as JSON, with the secret that signs.
  webhook TEXT NOT NULL,
  position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE webhook_deliveries (
  webhook_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  state TEXT NOT NULL,
  -- When the event happened.
  event_at INTEGER NOT NULL,
  -- WebhookDelivery as JSON.
  delivery TEXT NOT NULL,
  PRIMARY KEY (webhook_id, sequence)
) WITHOUT ROWID;
`;
