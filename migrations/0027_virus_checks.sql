-- Content that no virus scanner could be asked about waits, and nobody opens
-- it until one was.

-- +goose Up

ALTER TABLE file_keys ADD COLUMN unchecked BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX file_keys_unchecked ON file_keys (put_at) WHERE unchecked;
