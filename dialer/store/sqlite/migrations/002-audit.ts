/**
 * Version 2: the audit log. What is filtered by is computed from the record itself, so that no column can say
 * something else than what the hash covers.
 */
export const auditSchema = `
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY,
  -- Canonical JSON of the record without its hash.
  record TEXT NOT NULL,
  hash TEXT NOT NULL,
  at TEXT GENERATED ALWAYS AS (record ->> '$.at') VIRTUAL,
  action TEXT GENERATED ALWAYS AS (record ->> '$.action') VIRTUAL,
  actor_id TEXT GENERATED ALWAYS AS (record ->> '$.actor.id') VIRTUAL,
  subject_kind TEXT GENERATED ALWAYS AS (record ->> '$.subject.kind') VIRTUAL,
  subject_id TEXT GENERATED ALWAYS AS (record ->> '$.subject.id') VIRTUAL
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id);

-- Records by the keyed hashes of the numbers they name.
CREATE TABLE audit_numbers (
  number_hash TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (number_hash, sequence)
) WITHOUT ROWID;

CREATE TRIGGER audit_append_only BEFORE INSERT ON audit
  WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_numbers_not_changed BEFORE UPDATE ON audit_numbers
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_numbers_not_deleted BEFORE DELETE ON audit_numbers
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`;
