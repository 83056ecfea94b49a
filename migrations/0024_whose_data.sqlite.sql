-- What a person may know of their own data: who changed their name, e-mail
-- address or registration from what to what, and who looked at their record.
-- 0024_whose_data.postgres.sql says the same.

-- +goose Up

CREATE TABLE person_changes (
    id        TEXT        NOT NULL PRIMARY KEY,
    person_id TEXT        NOT NULL REFERENCES people (id),
    field     TEXT        NOT NULL CHECK (field IN ('name', 'email', 'registration')),
    was       TEXT        NOT NULL,
    became    TEXT        NOT NULL,
    by_id     TEXT        REFERENCES people (id), -- NULL for a command
    by_name   TEXT        NOT NULL,               -- as it was
    at        TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ
);
CREATE INDEX person_changes_person ON person_changes (person_id, at);

-- Who looked at whose record: a line a person, record and London day.
CREATE TABLE record_reads (
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    person_id         TEXT        NOT NULL REFERENCES people (id),
    read_on           DATE        NOT NULL,
    role              TEXT        NOT NULL, -- as what; empty where it is none of the record's own
    at                TIMESTAMPTZ NOT NULL, -- the first time that day
    PRIMARY KEY (apprenticeship_id, person_id, read_on)
);
CREATE INDEX record_reads_person ON record_reads (person_id, read_on);

-- +goose StatementBegin
CREATE TRIGGER person_changes_no_update BEFORE UPDATE ON person_changes
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.person_id IS NOT OLD.person_id
    OR NEW.field IS NOT OLD.field
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.was NOT IN (OLD.was, '')
    OR NEW.became NOT IN (OLD.became, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'person_changes is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER person_changes_no_delete BEFORE DELETE ON person_changes
BEGIN
    SELECT RAISE(ABORT, 'person_changes is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_reads_no_update BEFORE UPDATE ON record_reads
BEGIN
    SELECT RAISE(ABORT, 'record_reads is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER record_reads_no_delete BEFORE DELETE ON record_reads
BEGIN
    SELECT RAISE(ABORT, 'record_reads is append-only');
END;
-- +goose StatementEnd
