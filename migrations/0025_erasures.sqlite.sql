-- Who asked to be erased, and what was decided on which legal basis and why. It
-- outlives the person's data and names nobody. 0025_erasures.postgres.sql says
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

-- +goose StatementBegin
CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.person_id IS NOT OLD.person_id
    OR NEW.event IS NOT OLD.event
    OR NEW.basis IS NOT OLD.basis
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.reason NOT IN (OLD.reason, '')
BEGIN
    SELECT RAISE(ABORT, 'erasures is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures
BEGIN
    SELECT RAISE(ABORT, 'erasures is append-only');
END;
-- +goose StatementEnd
