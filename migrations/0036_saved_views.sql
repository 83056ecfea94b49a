-- Filters of the list of apprentices, with the columns shown, that somebody
-- keeps under a name for themselves.

-- +goose Up

CREATE TABLE saved_views (
    id         TEXT        NOT NULL PRIMARY KEY,
    person_id  TEXT        NOT NULL REFERENCES people (id),
    name       TEXT        NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    query      TEXT        NOT NULL CHECK (length(query) <= 1000), -- of the list's address
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT saved_views_name_unique UNIQUE (person_id, name)
);
