-- Continuing development after completion: cycles, what was done in them, and
-- what stands instead. Nothing is changed or deleted; an entry that is wrong is
-- reversed. 0010_cpd.postgres.sql says the same.

-- +goose Up

CREATE TABLE cpd_cycles (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    framework_id      TEXT        NOT NULL,
    framework_version TEXT        NOT NULL, -- whose rules hold for it
    code              TEXT        NOT NULL CHECK (code <> ''), -- in the framework
    anchor_on         DATE        NOT NULL, -- first day of the first in a row of renewals
    round             INTEGER     NOT NULL CHECK (round >= 0), -- renewals since
    starts_on         DATE        NOT NULL,
    ends_on           DATE        NOT NULL CHECK (ends_on >= starts_on),
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ,
    FOREIGN KEY (framework_id, framework_version) REFERENCES frameworks (id, version),
    CONSTRAINT cpd_cycles_apprenticeship_id_code_starts_on_unique UNIQUE (apprenticeship_id, code, starts_on)
);
CREATE INDEX cpd_cycles_ends_on ON cpd_cycles (ends_on);

CREATE TABLE cpd_entries (
    id          TEXT        NOT NULL PRIMARY KEY,
    cycle_id    TEXT        NOT NULL REFERENCES cpd_cycles (id),
    done_on     DATE        NOT NULL,
    title       TEXT        NOT NULL,
    provider    TEXT        NOT NULL,
    category    TEXT        NOT NULL CHECK (category <> ''),
    half_points INTEGER     NOT NULL CHECK (half_points >= 0),
    approved    BOOLEAN     NOT NULL, -- by the body
    at          TIMESTAMPTZ NOT NULL,
    erased_at   TIMESTAMPTZ
);
CREATE INDEX cpd_entries_cycle ON cpd_entries (cycle_id, done_on, id);

CREATE TABLE cpd_reversals (
    entry_id  TEXT        NOT NULL REFERENCES cpd_entries (id),
    reason    TEXT        NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ,
    PRIMARY KEY (entry_id)
);

CREATE TABLE cpd_closures (
    cycle_id  TEXT        NOT NULL REFERENCES cpd_cycles (id),
    done_on   DATE        NOT NULL, -- of the alternative, such as a re-examination
    note      TEXT        NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ,
    PRIMARY KEY (cycle_id)
);

-- +goose StatementBegin
CREATE TRIGGER cpd_cycles_no_update BEFORE UPDATE ON cpd_cycles
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.framework_id IS NOT OLD.framework_id
    OR NEW.framework_version IS NOT OLD.framework_version
    OR NEW.code IS NOT OLD.code
    OR NEW.anchor_on IS NOT OLD.anchor_on
    OR NEW.round IS NOT OLD.round
    OR NEW.starts_on IS NOT OLD.starts_on
    OR NEW.ends_on IS NOT OLD.ends_on
    OR NEW.at IS NOT OLD.at
BEGIN
    SELECT RAISE(ABORT, 'cpd_cycles is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_cycles_no_delete BEFORE DELETE ON cpd_cycles
BEGIN
    SELECT RAISE(ABORT, 'cpd_cycles is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_entries_no_update BEFORE UPDATE ON cpd_entries
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.cycle_id IS NOT OLD.cycle_id
    OR NEW.done_on IS NOT OLD.done_on
    OR NEW.category IS NOT OLD.category
    OR NEW.half_points IS NOT OLD.half_points
    OR NEW.approved IS NOT OLD.approved
    OR NEW.at IS NOT OLD.at
    OR NEW.title NOT IN (OLD.title, '')
    OR NEW.provider NOT IN (OLD.provider, '')
BEGIN
    SELECT RAISE(ABORT, 'cpd_entries is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_entries_no_delete BEFORE DELETE ON cpd_entries
BEGIN
    SELECT RAISE(ABORT, 'cpd_entries is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_reversals_no_update BEFORE UPDATE ON cpd_reversals
WHEN NEW.erased_at IS NULL
    OR NEW.entry_id IS NOT OLD.entry_id
    OR NEW.at IS NOT OLD.at
    OR NEW.reason NOT IN (OLD.reason, '')
BEGIN
    SELECT RAISE(ABORT, 'cpd_reversals is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_reversals_no_delete BEFORE DELETE ON cpd_reversals
BEGIN
    SELECT RAISE(ABORT, 'cpd_reversals is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_closures_no_update BEFORE UPDATE ON cpd_closures
WHEN NEW.erased_at IS NULL
    OR NEW.cycle_id IS NOT OLD.cycle_id
    OR NEW.done_on IS NOT OLD.done_on
    OR NEW.at IS NOT OLD.at
    OR NEW.note NOT IN (OLD.note, '')
BEGIN
    SELECT RAISE(ABORT, 'cpd_closures is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER cpd_closures_no_delete BEFORE DELETE ON cpd_closures
BEGIN
    SELECT RAISE(ABORT, 'cpd_closures is append-only');
END;
-- +goose StatementEnd
