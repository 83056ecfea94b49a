-- What practices report of what a General Practice Assistant has changed, each
-- measure with its baseline, method, sample and periods. Values are tenths of
-- the measure's unit. Only what a training hub has checked counts.

-- +goose Up

CREATE TABLE impact_reports (
    id            TEXT        NOT NULL PRIMARY KEY,
    practice_id   TEXT        NOT NULL REFERENCES organisations (id),
    measure       TEXT        NOT NULL,
    baseline      INTEGER     NOT NULL CHECK (baseline >= 0),
    value         INTEGER     NOT NULL CHECK (value >= 0),
    baseline_from DATE        NOT NULL,
    baseline_to   DATE        NOT NULL,
    from_on       DATE        NOT NULL,
    to_on         DATE        NOT NULL,
    method        TEXT        NOT NULL,
    sample        INTEGER     NOT NULL CHECK (sample > 0),
    note          TEXT        NOT NULL,
    state         TEXT        NOT NULL CHECK (state IN ('entered', 'checked', 'sent_back')),
    reason        TEXT        NOT NULL,
    entered_by    TEXT        NOT NULL REFERENCES people (id),
    entered_at    TIMESTAMPTZ NOT NULL,
    checked_by    TEXT        REFERENCES people (id),
    checked_at    TIMESTAMPTZ,
    version       INTEGER     NOT NULL,
    CONSTRAINT impact_reports_once UNIQUE (practice_id, measure, to_on)
);
