-- Content of files is kept encrypted, each object with a key of its own that
-- is kept here, away from the objects: content whose key is destroyed is gone.

-- +goose Up

CREATE TABLE file_keys (
    sha256 TEXT        NOT NULL PRIMARY KEY, -- of the content
    object TEXT        NOT NULL,             -- the name under which it is kept, encrypted
    secret TEXT        NOT NULL,             -- base64
    size   BIGINT      NOT NULL CHECK (size >= 0),
    put_at TIMESTAMPTZ NOT NULL,             -- when that content was last put
    CONSTRAINT file_keys_object_unique UNIQUE (object)
);
CREATE INDEX file_keys_put ON file_keys (put_at);
CREATE INDEX attachments_rendition ON attachments (rendition_sha256);
