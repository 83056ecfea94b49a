-- What somebody said doesn't identify a patient, by its hash, so that they
-- aren't asked about the same words again. Why, where and when is in the
-- trail of events. One file for SQLite and PostgreSQL.

-- +goose Up
CREATE TABLE privacy_confirmations (
    person_id TEXT        NOT NULL REFERENCES people (id),
    digest    TEXT        NOT NULL, -- of the kind of find and of the words
    at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, digest)
);
