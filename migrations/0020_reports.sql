-- Pieces of evidence that somebody reported as holding a patient's data, and
-- what became of that. One file for SQLite and PostgreSQL.

-- +goose Up
CREATE TABLE evidence_reports (
    id           TEXT        NOT NULL PRIMARY KEY,
    evidence_id  TEXT        NOT NULL REFERENCES evidence (id),
    reporter_id  TEXT        NOT NULL REFERENCES people (id),
    reporter_name TEXT        NOT NULL, -- as it was
    reason       TEXT        NOT NULL, -- what to look for, for the author
    state_before TEXT        NOT NULL CHECK (state_before IN ('submitted', 'returned', 'accepted', 'withdrawn')),
    reported_at  TIMESTAMPTZ NOT NULL,
    redacted_at  TIMESTAMPTZ,          -- when what had been submitted until then was destroyed
    closed_at    TIMESTAMPTZ,
    closed_by    TEXT        REFERENCES people (id),
    outcome      TEXT        NOT NULL CHECK (outcome IN ('', 'released', 'lifted', 'withdrawn')),
    close_reason TEXT        NOT NULL,
    CHECK ((closed_at IS NULL) = (outcome = ''))
);
-- A piece is reported once at a time.
CREATE UNIQUE INDEX evidence_reports_evidence_id_unique ON evidence_reports (evidence_id) WHERE closed_at IS NULL;
CREATE INDEX evidence_reports_evidence ON evidence_reports (evidence_id);
