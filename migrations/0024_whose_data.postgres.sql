-- What a person may know of their own data: who changed their name, e-mail
-- address or registration from what to what, and who looked at their record.
-- 0024_whose_data.sqlite.sql says the same.

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

CREATE TRIGGER person_changes_append_only BEFORE UPDATE OR DELETE ON person_changes
    FOR EACH ROW EXECUTE FUNCTION append_only('was', 'became', 'by_name');
CREATE TRIGGER person_changes_no_truncate BEFORE TRUNCATE ON person_changes
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER record_reads_append_only BEFORE UPDATE OR DELETE ON record_reads
    FOR EACH ROW EXECUTE FUNCTION never_changed();
CREATE TRIGGER record_reads_no_truncate BEFORE TRUNCATE ON record_reads
    FOR EACH STATEMENT EXECUTE FUNCTION never_changed();
