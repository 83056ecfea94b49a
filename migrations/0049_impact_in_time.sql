-- A practice may take back what it reported and nobody has checked, and report
-- the same period anew. What was checked is kept from when to when it stood, so
-- that a month's end says what it said then though a report is sent back later.

-- +goose Up

CREATE TABLE impact_reports_new (
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
    state         TEXT        NOT NULL CHECK (state IN ('entered', 'checked', 'sent_back', 'withdrawn')),
    reason        TEXT        NOT NULL,
    entered_by    TEXT        NOT NULL REFERENCES people (id),
    entered_at    TIMESTAMPTZ NOT NULL,
    checked_by    TEXT        REFERENCES people (id),
    checked_at    TIMESTAMPTZ,
    version       INTEGER     NOT NULL
);

INSERT INTO impact_reports_new SELECT id, practice_id, measure, baseline, value, baseline_from, baseline_to, from_on, to_on, method, sample, note, state, reason,
    entered_by, entered_at, checked_by, checked_at, version FROM impact_reports;

DROP TABLE impact_reports;

ALTER TABLE impact_reports_new RENAME TO impact_reports;

CREATE UNIQUE INDEX impact_reports_once ON impact_reports (practice_id, measure, to_on) WHERE state <> 'withdrawn';

CREATE TABLE impact_checked (
    report_id     TEXT        NOT NULL REFERENCES impact_reports (id),
    version       INTEGER     NOT NULL,
    practice_id   TEXT        NOT NULL REFERENCES organisations (id),
    measure       TEXT        NOT NULL,
    baseline      INTEGER     NOT NULL,
    value         INTEGER     NOT NULL,
    baseline_from DATE        NOT NULL,
    baseline_to   DATE        NOT NULL,
    from_on       DATE        NOT NULL,
    to_on         DATE        NOT NULL,
    method        TEXT        NOT NULL,
    sample        INTEGER     NOT NULL,
    checked_at    TIMESTAMPTZ NOT NULL,
    ended_at      TIMESTAMPTZ,
    PRIMARY KEY (report_id, version)
);

CREATE INDEX impact_checked_practice ON impact_checked (practice_id, measure, to_on);

INSERT INTO impact_checked SELECT id, version, practice_id, measure, baseline, value, baseline_from, baseline_to, from_on, to_on, method, sample, checked_at, NULL
    FROM impact_reports WHERE state = 'checked';
