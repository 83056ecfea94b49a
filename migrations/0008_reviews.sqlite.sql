-- Progress reviews of three parties, whose content is fixed by the first
-- signature; skills scans; prior learning. 0008_reviews.postgres.sql says the same.

-- +goose Up

CREATE TABLE progress_reviews (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    number            INTEGER     NOT NULL CHECK (number > 0),
    state             TEXT        NOT NULL CHECK (state IN ('prepared', 'signing', 'locked')),
    framework_id      TEXT        NOT NULL,
    framework_version TEXT        NOT NULL,
    since_on          DATE        NOT NULL, -- day of the review before, or the start
    due_on            DATE,
    held_on           DATE,
    facts             TEXT        NOT NULL, -- JSON: the record when it was prepared
    ratings           TEXT        NOT NULL, -- JSON list by domain
    notes             TEXT        NOT NULL, -- JSON by party
    actions           TEXT        NOT NULL, -- JSON list
    prepared_by       TEXT        NOT NULL REFERENCES people (id),
    prepared_by_name  TEXT        NOT NULL, -- as it was
    prepared_at       TIMESTAMPTZ NOT NULL,
    locked_at         TIMESTAMPTZ,
    version           INTEGER     NOT NULL,
    erased_at         TIMESTAMPTZ,
    FOREIGN KEY (framework_id, framework_version) REFERENCES frameworks (id, version),
    CONSTRAINT progress_reviews_apprenticeship_id_number_unique UNIQUE (apprenticeship_id, number),
    CHECK (state = 'prepared' OR held_on IS NOT NULL),
    CHECK ((state = 'locked') = (locked_at IS NOT NULL))
);

-- Append-only. One signature for each party, and by each person.
CREATE TABLE progress_review_signatures (
    review_id      TEXT        NOT NULL REFERENCES progress_reviews (id),
    party          TEXT        NOT NULL CHECK (party IN ('apprentice', 'employer', 'provider')),
    person_id      TEXT        NOT NULL REFERENCES people (id),
    person_name    TEXT        NOT NULL, -- as it was
    role           TEXT        NOT NULL CHECK (role IN ('apprentice', 'gp_supervisor', 'secondary_mentor', 'hub_lead')),
    remark         TEXT        NOT NULL,
    content_sha256 TEXT        NOT NULL CHECK (length(content_sha256) = 64),
    at             TIMESTAMPTZ NOT NULL,
    erased_at      TIMESTAMPTZ,
    PRIMARY KEY (review_id, party),
    CONSTRAINT progress_review_signatures_review_id_person_id_unique UNIQUE (review_id, person_id)
);

-- Each side's view of what the apprentice can do at the start.
CREATE TABLE skills_scans (
    apprenticeship_id TEXT    NOT NULL REFERENCES apprenticeships (id),
    side              TEXT    NOT NULL CHECK (side IN ('apprentice', 'supervisor')),
    framework_version TEXT    NOT NULL,
    levels            TEXT    NOT NULL, -- JSON by code
    by_id             TEXT    NOT NULL REFERENCES people (id),
    by_name           TEXT    NOT NULL, -- as it was
    finished_on       DATE,
    version           INTEGER NOT NULL,
    PRIMARY KEY (apprenticeship_id, side)
);

CREATE TABLE prior_learning (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    title             TEXT        NOT NULL,
    provider          TEXT        NOT NULL,
    completed_on      DATE        NOT NULL,
    minutes           INTEGER     NOT NULL CHECK (minutes >= 0), -- of off-the-job time that it replaces
    competencies      TEXT        NOT NULL, -- JSON list of codes
    evidence_id       TEXT        REFERENCES evidence (id),
    state             TEXT        NOT NULL CHECK (state IN ('claimed', 'accepted', 'declined', 'withdrawn')),
    reason            TEXT        NOT NULL,
    claimed_at        TIMESTAMPTZ NOT NULL,
    decided_by        TEXT        REFERENCES people (id),
    decided_by_name   TEXT        NOT NULL, -- as it was
    decided_at        TIMESTAMPTZ,
    version           INTEGER     NOT NULL,
    CHECK ((state = 'claimed') = (decided_at IS NULL))
);
CREATE INDEX prior_learning_apprenticeship ON prior_learning (apprenticeship_id, claimed_at, id);

-- The first signature fixes what a review says; from then on only further
-- signatures move it on, and the last one locks it.
-- +goose StatementBegin
CREATE TRIGGER progress_reviews_no_update_while_signed BEFORE UPDATE ON progress_reviews
WHEN OLD.state = 'signing' AND NEW.erased_at IS NULL AND (NEW.state = 'prepared'
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.number IS NOT OLD.number
    OR NEW.framework_id IS NOT OLD.framework_id
    OR NEW.framework_version IS NOT OLD.framework_version
    OR NEW.since_on IS NOT OLD.since_on
    OR NEW.due_on IS NOT OLD.due_on
    OR NEW.held_on IS NOT OLD.held_on
    OR NEW.facts IS NOT OLD.facts
    OR NEW.ratings IS NOT OLD.ratings
    OR NEW.prepared_by IS NOT OLD.prepared_by
    OR NEW.prepared_at IS NOT OLD.prepared_at
    OR NEW.notes IS NOT OLD.notes
    OR NEW.actions IS NOT OLD.actions
    OR NEW.prepared_by_name IS NOT OLD.prepared_by_name)
BEGIN
    SELECT RAISE(ABORT, 'progress_reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER progress_reviews_no_update_when_locked BEFORE UPDATE ON progress_reviews
WHEN OLD.state = 'locked' AND (NEW.erased_at IS NULL
    OR NEW.state IS NOT OLD.state
    OR NEW.locked_at IS NOT OLD.locked_at
    OR NEW.version IS NOT OLD.version)
BEGIN
    SELECT RAISE(ABORT, 'progress_reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER progress_reviews_no_update_but_erasure BEFORE UPDATE ON progress_reviews
WHEN OLD.state <> 'prepared' AND NEW.erased_at IS NOT NULL AND (FALSE
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.number IS NOT OLD.number
    OR NEW.framework_id IS NOT OLD.framework_id
    OR NEW.framework_version IS NOT OLD.framework_version
    OR NEW.since_on IS NOT OLD.since_on
    OR NEW.due_on IS NOT OLD.due_on
    OR NEW.held_on IS NOT OLD.held_on
    OR NEW.facts IS NOT OLD.facts
    OR NEW.ratings IS NOT OLD.ratings
    OR NEW.prepared_by IS NOT OLD.prepared_by
    OR NEW.prepared_at IS NOT OLD.prepared_at
    OR NEW.state IS NOT OLD.state
    OR NEW.locked_at IS NOT OLD.locked_at
    OR NEW.version IS NOT OLD.version
    OR NEW.notes NOT IN (OLD.notes, '')
    OR NEW.actions NOT IN (OLD.actions, '')
    OR NEW.prepared_by_name NOT IN (OLD.prepared_by_name, ''))
BEGIN
    SELECT RAISE(ABORT, 'progress_reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER progress_reviews_no_delete BEFORE DELETE ON progress_reviews
BEGIN
    SELECT RAISE(ABORT, 'progress_reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER progress_review_signatures_no_update BEFORE UPDATE ON progress_review_signatures
WHEN NEW.erased_at IS NULL
    OR NEW.review_id IS NOT OLD.review_id
    OR NEW.party IS NOT OLD.party
    OR NEW.person_id IS NOT OLD.person_id
    OR NEW.role IS NOT OLD.role
    OR NEW.content_sha256 IS NOT OLD.content_sha256
    OR NEW.at IS NOT OLD.at
    OR NEW.person_name NOT IN (OLD.person_name, '')
    OR NEW.remark NOT IN (OLD.remark, '')
BEGIN
    SELECT RAISE(ABORT, 'progress_review_signatures is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER progress_review_signatures_no_delete BEFORE DELETE ON progress_review_signatures
BEGIN
    SELECT RAISE(ABORT, 'progress_review_signatures is append-only');
END;
-- +goose StatementEnd
