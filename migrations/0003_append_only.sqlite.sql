-- What was written is neither changed nor deleted. The one exception is
-- erasure, which sets erased_at and leaves each personal text as it is or
-- empties it. Whoever may change the schema can get around this; the ledger
-- shows it. 0003_append_only.postgres.sql says the same.

-- +goose Up

ALTER TABLE audit_events ADD COLUMN erased_at TIMESTAMPTZ;

-- +goose StatementBegin
CREATE TRIGGER sign_offs_no_update BEFORE UPDATE ON sign_offs
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.competency IS NOT OLD.competency
    OR NEW.decision IS NOT OLD.decision
    OR NEW.part IS NOT OLD.part
    OR NEW.awaits IS NOT OLD.awaits
    OR NEW.level IS NOT OLD.level
    OR NEW.relied_on IS NOT OLD.relied_on
    OR NEW.assessor_id IS NOT OLD.assessor_id
    OR NEW.assessor_role IS NOT OLD.assessor_role
    OR NEW.authentication IS NOT OLD.authentication
    OR NEW.framework_id IS NOT OLD.framework_id
    OR NEW.framework_version IS NOT OLD.framework_version
    OR NEW.text_hash IS NOT OLD.text_hash
    OR NEW.signed_at IS NOT OLD.signed_at
    OR NEW.supersedes_id IS NOT OLD.supersedes_id
    OR NEW.previous_leaf IS NOT OLD.previous_leaf
    OR NEW.leaf IS NOT OLD.leaf
    OR NEW.comment NOT IN (OLD.comment, '')
    OR NEW.statement NOT IN (OLD.statement, '')
    OR NEW.relied_text NOT IN (OLD.relied_text, '')
    OR NEW.assessor_name NOT IN (OLD.assessor_name, '')
    OR NEW.registration NOT IN (OLD.registration, '')
    OR NEW.canonical IS NOT OLD.canonical
    OR NEW.salt NOT IN (OLD.salt, '')
BEGIN
    SELECT RAISE(ABORT, 'sign_offs is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sign_offs_no_delete BEFORE DELETE ON sign_offs
BEGIN
    SELECT RAISE(ABORT, 'sign_offs is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER evidence_revisions_no_update BEFORE UPDATE ON evidence_revisions
WHEN NEW.erased_at IS NULL
    OR NEW.evidence_id IS NOT OLD.evidence_id
    OR NEW.number IS NOT OLD.number
    OR NEW.submitted_by IS NOT OLD.submitted_by
    OR NEW.submitted_at IS NOT OLD.submitted_at
    OR NEW.content NOT IN (OLD.content, '')
    OR NEW.observed_by_name NOT IN (OLD.observed_by_name, '')
    OR NEW.attachments NOT IN (OLD.attachments, '')
    OR NEW.hash NOT IN (OLD.hash, '')
BEGIN
    SELECT RAISE(ABORT, 'evidence_revisions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER evidence_revisions_no_delete BEFORE DELETE ON evidence_revisions
BEGIN
    SELECT RAISE(ABORT, 'evidence_revisions is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER reviews_no_update BEFORE UPDATE ON reviews
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.evidence_id IS NOT OLD.evidence_id
    OR NEW.revision IS NOT OLD.revision
    OR NEW.reviewer_id IS NOT OLD.reviewer_id
    OR NEW.role IS NOT OLD.role
    OR NEW.decision IS NOT OLD.decision
    OR NEW.added IS NOT OLD.added
    OR NEW.removed IS NOT OLD.removed
    OR NEW.at IS NOT OLD.at
    OR NEW.reviewer_name NOT IN (OLD.reviewer_name, '')
    OR NEW.comment NOT IN (OLD.comment, '')
BEGIN
    SELECT RAISE(ABORT, 'reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER reviews_no_delete BEFORE DELETE ON reviews
BEGIN
    SELECT RAISE(ABORT, 'reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.at IS NOT OLD.at
    OR NEW.actor_id IS NOT OLD.actor_id
    OR NEW.job IS NOT OLD.job
    OR NEW.role IS NOT OLD.role
    OR NEW.action IS NOT OLD.action
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.subject IS NOT OLD.subject
    OR NEW.request_id IS NOT OLD.request_id
    OR NEW.detail NOT IN (OLD.detail, '')
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit_events is append-only');
END;
-- +goose StatementEnd
