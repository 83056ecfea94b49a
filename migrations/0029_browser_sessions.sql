-- What people are told of where they are signed in. A session from before has
-- no id: it is listed, and ends by its limits or with all others.

-- +goose Up

ALTER TABLE sessions ADD COLUMN id TEXT;                           -- names it to its owner; NULL while nobody is signed in
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';  -- "Firefox on Windows"
ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT '';   -- how they last proved who they are
ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMPTZ;             -- and when
ALTER TABLE sessions ADD COLUMN signed_in_at TIMESTAMPTZ;
CREATE UNIQUE INDEX sessions_id_unique ON sessions (id);
