-- The end of a programme: the gateway, submissions to the verifier and their
-- answers, awards; staged payments to practices. 0009_completion.postgres.sql says
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

-- +goose StatementBegin
CREATE TRIGGER gateway_declarations_no_update BEFORE UPDATE ON gateway_declarations
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.condition_code IS NOT OLD.condition_code
    OR NEW.act IS NOT OLD.act
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'gateway_declarations is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER gateway_declarations_no_delete BEFORE DELETE ON gateway_declarations
BEGIN
    SELECT RAISE(ABORT, 'gateway_declarations is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER submissions_no_update BEFORE UPDATE ON submissions
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.number IS NOT OLD.number
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.checklist NOT IN (OLD.checklist, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'submissions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER submissions_no_delete BEFORE DELETE ON submissions
BEGIN
    SELECT RAISE(ABORT, 'submissions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER verifications_no_update BEFORE UPDATE ON verifications
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.submission_id IS NOT OLD.submission_id
    OR NEW.outcome IS NOT OLD.outcome
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.comment NOT IN (OLD.comment, '')
    OR NEW.referrals NOT IN (OLD.referrals, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'verifications is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER verifications_no_delete BEFORE DELETE ON verifications
BEGIN
    SELECT RAISE(ABORT, 'verifications is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER awards_no_update BEFORE UPDATE ON awards
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.number IS NOT OLD.number
    OR NEW.title IS NOT OLD.title
    OR NEW.body IS NOT OLD.body
    OR NEW.level IS NOT OLD.level
    OR NEW.credits IS NOT OLD.credits
    OR NEW.awarded_on IS NOT OLD.awarded_on
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.certificate NOT IN (OLD.certificate, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'awards is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER awards_no_delete BEFORE DELETE ON awards
BEGIN
    SELECT RAISE(ABORT, 'awards is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER payment_entries_no_update BEFORE UPDATE ON payment_entries
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.payment IS NOT OLD.payment
    OR NEW.event IS NOT OLD.event
    OR NEW.title IS NOT OLD.title
    OR NEW.amount IS NOT OLD.amount
    OR NEW.done_on IS NOT OLD.done_on
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.reference NOT IN (OLD.reference, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'payment_entries is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER payment_entries_no_delete BEFORE DELETE ON payment_entries
BEGIN
    SELECT RAISE(ABORT, 'payment_entries is append-only');
END;
-- +goose StatementEnd
