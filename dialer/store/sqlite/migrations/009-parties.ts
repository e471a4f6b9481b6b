/**
 * Version 9: whom a contact is called as, and the kinds of its numbers (separated by spaces), both empty when not stated; and
 * contacts by their numbers.
 */
export const partiesSchema = `
ALTER TABLE contacts ADD COLUMN party TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN number_classes TEXT NOT NULL DEFAULT '';
CREATE INDEX contact_numbers_by_number ON contact_numbers (number);
`;
