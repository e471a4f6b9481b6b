/**
 * Version 5: attempts are found by their number whether they are charged or not. It takes the place of the index of the
 * charged ones, which nearly all of them were in.
 */
export const recordsSchema = `
DROP INDEX attempts_charged;
CREATE INDEX attempts_by_number ON attempts (number, charged, intended_at, subject);
`;
