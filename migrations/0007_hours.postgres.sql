-- The hours log with what becomes of its entries, placements with their
-- confirmation, and classroom sessions.
-- 0007_hours.sqlite.sql says the same.

-- +goose Up

-- A taught session on a training hub's timetable.
CREATE TABLE classroom_sessions (
    id           TEXT        NOT NULL PRIMARY KEY,
    hub_id       TEXT        NOT NULL REFERENCES organisations (id),
    title        TEXT        NOT NULL,
    held_on      DATE        NOT NULL,
    starts       TEXT        NOT NULL, -- 09:30, London time
    minutes      INTEGER     NOT NULL CHECK (minutes > 0),
    place        TEXT        NOT NULL,
    materials    TEXT        NOT NULL, -- https address; empty for none
    framework_id TEXT        NOT NULL,
    cohort       TEXT        NOT NULL, -- empty for every cohort
    created_by   TEXT        NOT NULL REFERENCES people (id),
    created_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX classroom_sessions_hub ON classroom_sessions (hub_id, held_on, id);

-- The log of protected and off-the-job time. What becomes of an entry stands
-- in hours_decisions: an entry without one waits to be verified.
CREATE TABLE hours (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    occurred_on       DATE        NOT NULL,
    minutes           INTEGER     NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    kind              TEXT        NOT NULL CHECK (kind <> ''),
    learnt            TEXT        NOT NULL,
    competencies      TEXT        NOT NULL, -- codes, as JSON
    session_id        TEXT        REFERENCES classroom_sessions (id), -- whose attendance it is
    by_id             TEXT        NOT NULL REFERENCES people (id),
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ
);
CREATE INDEX hours_apprenticeship ON hours (apprenticeship_id, occurred_on, id);
CREATE INDEX hours_session ON hours (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE hours_decisions (
    id        TEXT        NOT NULL PRIMARY KEY,
    hours_id  TEXT        NOT NULL REFERENCES hours (id),
    state     TEXT        NOT NULL CHECK (state IN ('verified', 'reversed')),
    reason    TEXT        NOT NULL,
    by_id     TEXT        NOT NULL REFERENCES people (id),
    by_name   TEXT        NOT NULL, -- as it was
    by_role   TEXT        NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ,
    CONSTRAINT hours_decisions_hours_id_state_unique UNIQUE (hours_id, state)
);

CREATE TABLE placements (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    site              TEXT        NOT NULL,
    from_on           DATE        NOT NULL,
    to_on             DATE        NOT NULL,
    supervisor_name   TEXT        NOT NULL,
    supervisor_email  TEXT        NOT NULL,
    planned_minutes   INTEGER     NOT NULL CHECK (planned_minutes > 0),
    done_minutes      INTEGER     NOT NULL,
    state             TEXT        NOT NULL CHECK (state IN ('planned', 'asked', 'confirmed', 'disputed', 'cancelled')),
    comment           TEXT        NOT NULL, -- what is wrong, or why it was cancelled
    asked_at          TIMESTAMPTZ,
    answered_at       TIMESTAMPTZ,
    version           INTEGER     NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX placements_apprenticeship ON placements (apprenticeship_id, from_on, id);

-- One-time links for site supervisors, who have no account.
CREATE TABLE placement_links (
    hash         TEXT        NOT NULL PRIMARY KEY,
    placement_id TEXT        NOT NULL REFERENCES placements (id),
    expires_at   TIMESTAMPTZ NOT NULL,
    used_at      TIMESTAMPTZ
);
CREATE INDEX placement_links_placement ON placement_links (placement_id);

CREATE TRIGGER hours_append_only BEFORE UPDATE OR DELETE ON hours
    FOR EACH ROW EXECUTE FUNCTION append_only('learnt');
CREATE TRIGGER hours_no_truncate BEFORE TRUNCATE ON hours
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER hours_decisions_append_only BEFORE UPDATE OR DELETE ON hours_decisions
    FOR EACH ROW EXECUTE FUNCTION append_only('reason', 'by_name');
CREATE TRIGGER hours_decisions_no_truncate BEFORE TRUNCATE ON hours_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
