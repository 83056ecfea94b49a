-- A file that was taken out of a piece after it had been submitted stays
-- readable in the revisions that were submitted with it.

-- +goose Up
ALTER TABLE attachments ADD COLUMN removed_at TIMESTAMPTZ;
