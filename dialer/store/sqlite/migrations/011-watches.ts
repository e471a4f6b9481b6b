/** Version 11: what the watches over campaigns know, so that a restart goes on with the evidence. */
export const watchesSchema = `
-- What the watch over one campaign knows, as JSON, as it last said.
CREATE TABLE watches (
  campaign_key INTEGER PRIMARY KEY REFERENCES campaigns,
  snapshot TEXT NOT NULL
);
`;
