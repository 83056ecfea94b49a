-- The end of a programme: the gateway, submissions to the verifier and their
-- answers, awards; staged payments to practices. 0009_completion.sqlite.sql says
-- the same.

-- +goose Up

-- What the GP supervisor says of the conditions that the record can't show.
-- The last line of a condition holds.
CREATE TABLE gateway_declarations (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    condition_code    TEXT        NOT NULL CHECK (condition_code <> ''),
    act               TEXT        NOT NULL CHECK (act IN ('declared', 'taken_back')),
    by_id             TEXT        REFERENCES people (id),
    by_name           TEXT        NOT NULL, -- as it was
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ
);
CREATE INDEX gateway_declarations_apprenticeship ON gateway_declarations (apprenticeship_id, at, id);

-- Every handing in of a portfolio, and the verifier's answer to it.
CREATE TABLE submissions (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    number            INTEGER     NOT NULL CHECK (number > 0),
    checklist         TEXT        NOT NULL, -- JSON: the conditions and how they were met
    by_id             TEXT        REFERENCES people (id),
    by_name           TEXT        NOT NULL, -- as it was
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ,
    CONSTRAINT submissions_apprenticeship_id_number_unique UNIQUE (apprenticeship_id, number)
);

CREATE TABLE verifications (
    id            TEXT        NOT NULL PRIMARY KEY,
    submission_id TEXT        NOT NULL REFERENCES submissions (id),
    outcome       TEXT        NOT NULL CHECK (outcome IN ('verified', 'referred_back')),
    comment       TEXT        NOT NULL,
    referrals     TEXT        NOT NULL, -- JSON list of competencies, each with its comment
    by_id         TEXT        REFERENCES people (id),
    by_name       TEXT        NOT NULL, -- as it was
    at            TIMESTAMPTZ NOT NULL,
    erased_at     TIMESTAMPTZ,
    CONSTRAINT verifications_submission_id_unique UNIQUE (submission_id)
);

-- What was awarded. A correction is the next line; the last one holds.
CREATE TABLE awards (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    number            INTEGER     NOT NULL CHECK (number > 0), -- counts the lines
    title             TEXT        NOT NULL CHECK (title <> ''),
    body              TEXT        NOT NULL CHECK (body <> ''),
    level             TEXT        NOT NULL,
    credits           INTEGER     NOT NULL CHECK (credits >= 0),
    certificate       TEXT        NOT NULL, -- the body's number of it
    awarded_on        DATE        NOT NULL,
    by_id             TEXT        REFERENCES people (id),
    by_name           TEXT        NOT NULL, -- as it was
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ,
    CONSTRAINT awards_apprenticeship_id_number_unique UNIQUE (apprenticeship_id, number)
);

-- Claims of staged payments by practices, and what training hubs paid.
CREATE TABLE payment_entries (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    payment           TEXT        NOT NULL CHECK (payment <> ''), -- code in the framework
    event             TEXT        NOT NULL CHECK (event IN ('claim', 'pay')),
    title             TEXT        NOT NULL,
    amount            INTEGER     NOT NULL CHECK (amount >= 0), -- whole pounds
    done_on           DATE        NOT NULL,
    reference         TEXT        NOT NULL,
    by_id             TEXT        REFERENCES people (id),
    by_name           TEXT        NOT NULL, -- as it was
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ,
    CONSTRAINT payment_entries_apprenticeship_id_payment_event_unique UNIQUE (apprenticeship_id, payment, event)
);

-- On which a GP supervisor or secondary mentor attended the mentor briefing.
ALTER TABLE namings ADD COLUMN briefing_on DATE;

CREATE TRIGGER gateway_declarations_append_only BEFORE UPDATE OR DELETE ON gateway_declarations
    FOR EACH ROW EXECUTE FUNCTION append_only('by_name');
CREATE TRIGGER gateway_declarations_no_truncate BEFORE TRUNCATE ON gateway_declarations
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER submissions_append_only BEFORE UPDATE OR DELETE ON submissions
    FOR EACH ROW EXECUTE FUNCTION append_only('checklist', 'by_name');
CREATE TRIGGER submissions_no_truncate BEFORE TRUNCATE ON submissions
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER verifications_append_only BEFORE UPDATE OR DELETE ON verifications
    FOR EACH ROW EXECUTE FUNCTION append_only('comment', 'referrals', 'by_name');
CREATE TRIGGER verifications_no_truncate BEFORE TRUNCATE ON verifications
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER awards_append_only BEFORE UPDATE OR DELETE ON awards
    FOR EACH ROW EXECUTE FUNCTION append_only('certificate', 'by_name');
CREATE TRIGGER awards_no_truncate BEFORE TRUNCATE ON awards
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER payment_entries_append_only BEFORE UPDATE OR DELETE ON payment_entries
    FOR EACH ROW EXECUTE FUNCTION append_only('reference', 'by_name');
CREATE TRIGGER payment_entries_no_truncate BEFORE TRUNCATE ON payment_entries
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
