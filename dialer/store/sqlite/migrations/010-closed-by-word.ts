/** Version 10: contacts that were closed for do-not-call lists or consent (see CLOSED_BY_WORD), which are few. */
export const closedByWordSchema = `
CREATE INDEX contacts_closed_by_word ON contacts (contact_key)
  WHERE state = 4 AND done_reason IN ('dnc', 'consent', 'revocation');
`;
