/** What agents filled in while following a script, as JSON; null where nobody did. */
export const answersSchema = `
ALTER TABLE attempts ADD COLUMN answers TEXT;
`;
