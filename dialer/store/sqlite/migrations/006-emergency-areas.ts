/** Version 6: areas in which nobody may be called for a time. */
export const emergencyAreasSchema = `
CREATE TABLE emergency_areas (
  area_id TEXT PRIMARY KEY,
  -- EmergencyAreaRecord as JSON.
  area TEXT NOT NULL
) WITHOUT ROWID;
`;
