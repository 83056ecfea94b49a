-- Who asked to be erased, and what was decided on which legal basis and why. It
-- outlives the person's data and names nobody. 0025_erasures.sqlite.sql says
-- the same.

-- +goose Up

CREATE TABLE erasures (
    id        TEXT        NOT NULL PRIMARY KEY,
    person_id TEXT        NOT NULL REFERENCES people (id),
    event     TEXT        NOT NULL CHECK (event IN ('asked', 'refused', 'erased')),
    basis     TEXT        NOT NULL, -- legal basis; empty for a wish
    reason    TEXT        NOT NULL,
    by_id     TEXT        REFERENCES people (id), -- NULL for a command
    at        TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ
);
CREATE INDEX erasures_person ON erasures (person_id, at);

CREATE TRIGGER erasures_append_only BEFORE UPDATE OR DELETE ON erasures
    FOR EACH ROW EXECUTE FUNCTION append_only('reason');
CREATE TRIGGER erasures_no_truncate BEFORE TRUNCATE ON erasures
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
