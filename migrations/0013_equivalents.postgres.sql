-- Evidence that was accepted in another framework, put to a competency of this
-- one; and what was decided about prior learning and finished in a skills scan
-- stays as it was. 0013_equivalents.sqlite.sql says the same.

-- +goose Up

-- The accepted piece that this one was copied from, and where and when it was
-- accepted, as JSON; nothing, or null, for any other piece.
ALTER TABLE evidence ADD COLUMN origin_id TEXT REFERENCES evidence (id);
ALTER TABLE evidence ADD COLUMN origin TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX evidence_apprenticeship_id_origin_id_unique ON evidence (apprenticeship_id, origin_id)
    WHERE origin_id IS NOT NULL AND state <> 'withdrawn';

ALTER TABLE prior_learning ADD COLUMN erased_at TIMESTAMPTZ;
ALTER TABLE skills_scans ADD COLUMN erased_at TIMESTAMPTZ;

CREATE TRIGGER prior_learning_append_only BEFORE UPDATE OR DELETE ON prior_learning
    FOR EACH ROW WHEN (OLD.state <> 'claimed') EXECUTE FUNCTION append_only('title', 'provider', 'reason', 'decided_by_name');
CREATE TRIGGER prior_learning_no_truncate BEFORE TRUNCATE ON prior_learning
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER skills_scans_append_only BEFORE UPDATE OR DELETE ON skills_scans
    FOR EACH ROW WHEN (OLD.finished_on IS NOT NULL) EXECUTE FUNCTION append_only('by_name');
CREATE TRIGGER skills_scans_no_truncate BEFORE TRUNCATE ON skills_scans
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
