-- Progress reviews of three parties, whose content is fixed by the first
-- signature; skills scans; prior learning. 0008_reviews.sqlite.sql says the same.

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
CREATE FUNCTION progress_review_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state = 'prepared' OR OLD.state = 'signing' AND NEW.state <> 'prepared'
            AND to_jsonb(NEW) - 'state' - 'locked_at' - 'version' = to_jsonb(OLD) - 'state' - 'locked_at' - 'version') THEN
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' AND NEW.erased_at IS NOT NULL
            AND to_jsonb(NEW) - 'erased_at' - 'notes' - 'actions' - 'prepared_by_name' = to_jsonb(OLD) - 'erased_at' - 'notes' - 'actions' - 'prepared_by_name'
            AND NEW.notes IN (OLD.notes, '') AND NEW.actions IN (OLD.actions, '') AND NEW.prepared_by_name IN (OLD.prepared_by_name, '') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'progress_reviews is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER progress_reviews_append_only BEFORE UPDATE OR DELETE ON progress_reviews
    FOR EACH ROW EXECUTE FUNCTION progress_review_fixed();
CREATE TRIGGER progress_reviews_no_truncate BEFORE TRUNCATE ON progress_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER progress_review_signatures_append_only BEFORE UPDATE OR DELETE ON progress_review_signatures
    FOR EACH ROW EXECUTE FUNCTION append_only('person_name', 'remark');
CREATE TRIGGER progress_review_signatures_no_truncate BEFORE TRUNCATE ON progress_review_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
