-- What somebody said of a framework draft stays as it was: a published version
-- rests on it. 0015_draft_reviews.sqlite.sql says the same.

-- +goose Up

ALTER TABLE framework_draft_reviews ADD COLUMN erased_at TIMESTAMPTZ;

CREATE TRIGGER framework_draft_reviews_append_only BEFORE UPDATE OR DELETE ON framework_draft_reviews
    FOR EACH ROW EXECUTE FUNCTION append_only('comment');
CREATE TRIGGER framework_draft_reviews_no_truncate BEFORE TRUNCATE ON framework_draft_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
