-- How people prove who they are beside a password. One file for SQLite and
-- PostgreSQL.

-- +goose Up

CREATE TABLE passkeys (
    id              TEXT        NOT NULL PRIMARY KEY,
    person_id       TEXT        NOT NULL REFERENCES people (id),
    name            TEXT        NOT NULL,
    credential_id   TEXT        NOT NULL, -- base64url, as the authenticator calls it
    cose_key        TEXT        NOT NULL, -- base64
    spki            TEXT        NOT NULL, -- the same key, as the record keeps it beside a signature; base64
    sign_count      BIGINT      NOT NULL,
    backup_eligible BOOLEAN     NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    last_used_at    TIMESTAMPTZ,
    CONSTRAINT passkeys_credential_id_unique UNIQUE (credential_id)
);
CREATE INDEX passkeys_person ON passkeys (person_id);

CREATE TABLE authenticator_apps (
    person_id    TEXT        NOT NULL PRIMARY KEY REFERENCES people (id),
    secret       TEXT        NOT NULL, -- sealed with the installation's key, which is no part of the database
    created_at   TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,          -- NULL until a code of it was typed
    last_step    BIGINT      NOT NULL  -- of the last code used: no code is good twice
);

CREATE TABLE recovery_codes (
    hash      TEXT        NOT NULL PRIMARY KEY,
    person_id TEXT        NOT NULL REFERENCES people (id),
    used_at   TIMESTAMPTZ
);
CREATE INDEX recovery_codes_person ON recovery_codes (person_id);

-- What is under way with a browser for some minutes: a challenge that a
-- passkey is to answer, decisions prepared for signing, the second step of
-- signing in. Taken away when it is used.
CREATE TABLE ceremonies (
    hash       TEXT        NOT NULL PRIMARY KEY, -- of the token that the browser sends back
    person_id  TEXT        REFERENCES people (id), -- NULL while nobody is known
    purpose    TEXT        NOT NULL,
    data       TEXT        NOT NULL, -- JSON
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ceremonies_expiry ON ceremonies (expires_at);

-- Fresh proofs of people who use the API.
CREATE TABLE signing_grants (
    hash       TEXT        NOT NULL PRIMARY KEY,
    person_id  TEXT        NOT NULL REFERENCES people (id),
    method     TEXT        NOT NULL,
    proved_at  TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX signing_grants_expiry ON signing_grants (expires_at);

-- Browsers in which somebody has signed in before.
CREATE TABLE devices (
    hash         TEXT        NOT NULL, -- of the browser's cookie
    person_id    TEXT        NOT NULL REFERENCES people (id),
    last_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (hash, person_id)
);
CREATE INDEX devices_person ON devices (person_id);
