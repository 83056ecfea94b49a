-- Evidence that was accepted in another framework, put to a competency of this
-- one; and what was decided about prior learning and finished in a skills scan
-- stays as it was. 0013_equivalents.postgres.sql says the same.

-- +goose Up

-- The accepted piece that this one was copied from, and where and when it was
-- accepted, as JSON; nothing, or null, for any other piece.
ALTER TABLE evidence ADD COLUMN origin_id TEXT REFERENCES evidence (id);
ALTER TABLE evidence ADD COLUMN origin TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX evidence_apprenticeship_id_origin_id_unique ON evidence (apprenticeship_id, origin_id)
    WHERE origin_id IS NOT NULL AND state <> 'withdrawn';

ALTER TABLE prior_learning ADD COLUMN erased_at TIMESTAMPTZ;
ALTER TABLE skills_scans ADD COLUMN erased_at TIMESTAMPTZ;

-- +goose StatementBegin
CREATE TRIGGER prior_learning_no_update BEFORE UPDATE ON prior_learning
WHEN OLD.state <> 'claimed' AND (NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.completed_on IS NOT OLD.completed_on
    OR NEW.minutes IS NOT OLD.minutes
    OR NEW.competencies IS NOT OLD.competencies
    OR NEW.evidence_id IS NOT OLD.evidence_id
    OR NEW.state IS NOT OLD.state
    OR NEW.claimed_at IS NOT OLD.claimed_at
    OR NEW.decided_by IS NOT OLD.decided_by
    OR NEW.decided_at IS NOT OLD.decided_at
    OR NEW.version IS NOT OLD.version
    OR NEW.title NOT IN (OLD.title, '')
    OR NEW.provider NOT IN (OLD.provider, '')
    OR NEW.reason NOT IN (OLD.reason, '')
    OR NEW.decided_by_name NOT IN (OLD.decided_by_name, ''))
BEGIN
    SELECT RAISE(ABORT, 'prior_learning is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER prior_learning_no_delete BEFORE DELETE ON prior_learning
WHEN OLD.state <> 'claimed'
BEGIN
    SELECT RAISE(ABORT, 'prior_learning is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER skills_scans_no_update BEFORE UPDATE ON skills_scans
WHEN OLD.finished_on IS NOT NULL AND (NEW.erased_at IS NULL
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.side IS NOT OLD.side
    OR NEW.framework_version IS NOT OLD.framework_version
    OR NEW.levels IS NOT OLD.levels
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.finished_on IS NOT OLD.finished_on
    OR NEW.version IS NOT OLD.version
    OR NEW.by_name NOT IN (OLD.by_name, ''))
BEGIN
    SELECT RAISE(ABORT, 'skills_scans is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER skills_scans_no_delete BEFORE DELETE ON skills_scans
WHEN OLD.finished_on IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'skills_scans is append-only');
END;
-- +goose StatementEnd
