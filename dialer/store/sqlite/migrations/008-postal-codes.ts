/** Version 8: the postal code of a contact, empty when unknown. */
export const postalCodesSchema = `
ALTER TABLE contacts ADD COLUMN postal_code TEXT NOT NULL DEFAULT '';
`;
