-- One narrow row per apprenticeship for reports, kept with every change, and
-- the same as they stood at the end of each month. Days are counted since 1
-- January 1970 and months since the year 0, so that both databases compare and
-- subtract them alike. What a day decides stands as the day on which it does.

-- +goose Up

CREATE TABLE tallies (
    apprenticeship_id TEXT    NOT NULL PRIMARY KEY REFERENCES apprenticeships (id),
    practice_id       TEXT    NOT NULL REFERENCES organisations (id),
    framework_id      TEXT    NOT NULL,
    framework_version TEXT    NOT NULL,
    cohort            TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    begun             BOOLEAN NOT NULL, -- accepted, and not withdrawn before it began
    start_day         INTEGER NOT NULL,
    planned_end_day   INTEGER NOT NULL,
    ended_day         INTEGER,
    in_scope          INTEGER NOT NULL,
    signed_off        INTEGER NOT NULL,
    signings_month    INTEGER NOT NULL, -- in which these decisions were made
    signings          INTEGER NOT NULL,
    to_sign           INTEGER NOT NULL,
    to_sign_day       INTEGER,
    learn_from_day    INTEGER NOT NULL,
    learn_until_day   INTEGER NOT NULL,
    plan_days         INTEGER NOT NULL,
    verified          INTEGER NOT NULL, -- minutes
    target            INTEGER NOT NULL, -- minutes
    review_day        INTEGER,
    slips_day         INTEGER,
    stuck_day         INTEGER,
    supervisor_id     TEXT    REFERENCES people (id),
    mentor_id         TEXT    REFERENCES people (id),
    mentor_load       INTEGER NOT NULL,
    due               INTEGER NOT NULL, -- pounds
    claimed           INTEGER NOT NULL,
    paid              INTEGER NOT NULL,
    finish_month      INTEGER,          -- forecast as of as_of_day
    early_month       INTEGER,
    late_month        INTEGER,
    as_of_day         INTEGER NOT NULL,
    refresh_day       INTEGER           -- the next day on which time alone changes the row
);
CREATE INDEX tallies_practice ON tallies (practice_id);
CREATE INDEX tallies_refresh ON tallies (refresh_day) WHERE refresh_day IS NOT NULL;

-- The month ends that were kept, and when that was.
CREATE TABLE months (
    month    INTEGER     NOT NULL PRIMARY KEY,
    last_day INTEGER     NOT NULL,
    taken_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE tally_months (
    month             INTEGER NOT NULL REFERENCES months (month),
    apprenticeship_id TEXT    NOT NULL REFERENCES apprenticeships (id),
    practice_id       TEXT    NOT NULL REFERENCES organisations (id),
    framework_id      TEXT    NOT NULL,
    framework_version TEXT    NOT NULL,
    cohort            TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    begun             BOOLEAN NOT NULL,
    start_day         INTEGER NOT NULL,
    planned_end_day   INTEGER NOT NULL,
    ended_day         INTEGER,
    in_scope          INTEGER NOT NULL,
    signed_off        INTEGER NOT NULL,
    signings_month    INTEGER NOT NULL,
    signings          INTEGER NOT NULL,
    to_sign           INTEGER NOT NULL,
    to_sign_day       INTEGER,
    learn_from_day    INTEGER NOT NULL,
    learn_until_day   INTEGER NOT NULL,
    plan_days         INTEGER NOT NULL,
    verified          INTEGER NOT NULL,
    target            INTEGER NOT NULL,
    review_day        INTEGER,
    slips_day         INTEGER,
    stuck_day         INTEGER,
    supervisor_id     TEXT    REFERENCES people (id),
    mentor_id         TEXT    REFERENCES people (id),
    mentor_load       INTEGER NOT NULL,
    due               INTEGER NOT NULL,
    claimed           INTEGER NOT NULL,
    paid              INTEGER NOT NULL,
    finish_month      INTEGER,
    early_month       INTEGER,
    late_month        INTEGER,
    as_of_day         INTEGER NOT NULL,
    refresh_day       INTEGER,
    PRIMARY KEY (month, apprenticeship_id)
);
CREATE INDEX tally_months_practice ON tally_months (month, practice_id);
CREATE INDEX tally_months_apprenticeship ON tally_months (apprenticeship_id);

-- When a competency that stands was first signed off, and how many days that
-- had been waited for.
ALTER TABLE attainments ADD COLUMN signed_on DATE;
ALTER TABLE attainments ADD COLUMN waited INTEGER NOT NULL DEFAULT 0;

-- What there is already is worked out when the server starts: refresh_day has
-- come, and so has the day of the recount.
INSERT INTO tallies (apprenticeship_id, practice_id, framework_id, framework_version, cohort, state, begun, start_day, planned_end_day, in_scope, signed_off,
    signings_month, signings, to_sign, learn_from_day, learn_until_day, plan_days, verified, target, mentor_load, due, claimed, paid, as_of_day, refresh_day)
SELECT id, practice_id, framework_id, framework_version, cohort, state, FALSE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM apprenticeships;
UPDATE apprenticeships SET recount_on = '2000-01-01' WHERE signed_off > 0;
