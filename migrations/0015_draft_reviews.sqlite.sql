-- What somebody said of a framework draft stays as it was: a published version
-- rests on it. 0015_draft_reviews.postgres.sql says the same.

-- +goose Up

ALTER TABLE framework_draft_reviews ADD COLUMN erased_at TIMESTAMPTZ;

-- +goose StatementBegin
CREATE TRIGGER framework_draft_reviews_no_update BEFORE UPDATE ON framework_draft_reviews
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.draft_id IS NOT OLD.draft_id
    OR NEW.person_id IS NOT OLD.person_id
    OR NEW.decision IS NOT OLD.decision
    OR NEW.draft_version IS NOT OLD.draft_version
    OR NEW.at IS NOT OLD.at
    OR NEW.comment NOT IN (OLD.comment, '')
BEGIN
    SELECT RAISE(ABORT, 'framework_draft_reviews is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER framework_draft_reviews_no_delete BEFORE DELETE ON framework_draft_reviews
BEGIN
    SELECT RAISE(ABORT, 'framework_draft_reviews is append-only');
END;
-- +goose StatementEnd
