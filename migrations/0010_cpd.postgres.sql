-- Continuing development after completion: cycles, what was done in them, and
-- what stands instead. Nothing is changed or deleted; an entry that is wrong is
-- reversed. 0010_cpd.sqlite.sql says the same.

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

-- It has nothing personal; the function needs an argument.
CREATE TRIGGER cpd_cycles_append_only BEFORE UPDATE OR DELETE ON cpd_cycles
    FOR EACH ROW EXECUTE FUNCTION append_only('erased_at');
CREATE TRIGGER cpd_cycles_no_truncate BEFORE TRUNCATE ON cpd_cycles
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER cpd_entries_append_only BEFORE UPDATE OR DELETE ON cpd_entries
    FOR EACH ROW EXECUTE FUNCTION append_only('title', 'provider');
CREATE TRIGGER cpd_entries_no_truncate BEFORE TRUNCATE ON cpd_entries
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER cpd_reversals_append_only BEFORE UPDATE OR DELETE ON cpd_reversals
    FOR EACH ROW EXECUTE FUNCTION append_only('reason');
CREATE TRIGGER cpd_reversals_no_truncate BEFORE TRUNCATE ON cpd_reversals
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER cpd_closures_append_only BEFORE UPDATE OR DELETE ON cpd_closures
    FOR EACH ROW EXECUTE FUNCTION append_only('note');
CREATE TRIGGER cpd_closures_no_truncate BEFORE TRUNCATE ON cpd_closures
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
