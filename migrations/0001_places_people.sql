-- Places, the people in them, and what their accounts need. One file for
-- SQLite and PostgreSQL: identifiers are UUIDs made by the program, times are
-- UTC, JSON is text. Forward only.

-- +goose Up

-- ---- Places ----

CREATE TABLE organisations (
    id         TEXT        NOT NULL PRIMARY KEY,
    code       TEXT        NOT NULL CHECK (code <> ''),
    name       TEXT        NOT NULL CHECK (name <> ''),
    search     TEXT        NOT NULL, -- name and code, folded by the program: SQLite's lower() knows ASCII only
    kind       TEXT        NOT NULL CHECK (kind IN ('national', 'region', 'hub', 'pcn', 'practice')),
    parent_id  TEXT        REFERENCES organisations (id),
    ended_on   DATE,                 -- its last day; NULL while it is open
    version    INTEGER     NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT organisations_code_unique UNIQUE (code),
    CHECK ((parent_id IS NULL) = (kind = 'national'))
);
CREATE INDEX organisations_parent ON organisations (parent_id);
CREATE INDEX organisations_order ON organisations (search, id);

-- Every organisation with everything above it, itself at depth 0. Written
-- once, when the organisation is added: places don't move in the tree.
CREATE TABLE organisation_ancestors (
    organisation_id TEXT    NOT NULL REFERENCES organisations (id),
    ancestor_id     TEXT    NOT NULL REFERENCES organisations (id),
    depth           INTEGER NOT NULL CHECK (depth >= 0),
    PRIMARY KEY (organisation_id, ancestor_id),
    CHECK ((depth = 0) = (organisation_id = ancestor_id))
);
CREATE INDEX organisation_ancestors_beneath ON organisation_ancestors (ancestor_id, organisation_id);

-- ---- People ----

CREATE TABLE people (
    id           TEXT        NOT NULL PRIMARY KEY,
    name         TEXT        NOT NULL CHECK (name <> ''),
    email        TEXT        NOT NULL CHECK (email <> ''), -- lower case
    search       TEXT        NOT NULL,                     -- name and e-mail, folded
    registration TEXT        NOT NULL,
    daily_digest BOOLEAN     NOT NULL,
    password_phc TEXT        NOT NULL,                     -- empty until a password is set
    version      INTEGER     NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT people_email_unique UNIQUE (email)
);
CREATE INDEX people_order ON people (search, id);

-- A role at a place from one day to another, both included. An open end is
-- NULL; an end before the beginning means that it never held.
CREATE TABLE memberships (
    id              TEXT        NOT NULL PRIMARY KEY,
    person_id       TEXT        NOT NULL REFERENCES people (id),
    organisation_id TEXT        NOT NULL REFERENCES organisations (id),
    role            TEXT        NOT NULL CHECK (role IN (
        'apprentice', 'gp_supervisor', 'secondary_mentor', 'assessor', 'practice_manager',
        'hub_lead', 'region_lead', 'national_lead', 'verifier', 'admin')),
    from_on         DATE        NOT NULL,
    to_on           DATE,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX memberships_open_unique ON memberships (person_id, organisation_id, role) WHERE to_on IS NULL;
CREATE INDEX memberships_person ON memberships (person_id);
CREATE INDEX memberships_organisation ON memberships (organisation_id);

-- ---- Ways in ----

-- Links to set a password, by the hash of what the mail holds.
CREATE TABLE one_time_links (
    hash       TEXT        NOT NULL PRIMARY KEY,
    person_id  TEXT        NOT NULL REFERENCES people (id),
    purpose    TEXT        NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at    TIMESTAMPTZ
);
CREATE INDEX one_time_links_person ON one_time_links (person_id);

CREATE TABLE api_tokens (
    id           TEXT        NOT NULL PRIMARY KEY,
    person_id    TEXT        NOT NULL REFERENCES people (id),
    name         TEXT        NOT NULL,
    hash         TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_on   DATE        NOT NULL, -- its last day
    last_used_at TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ,
    CONSTRAINT api_tokens_hash_unique UNIQUE (hash)
);
CREATE INDEX api_tokens_person ON api_tokens (person_id);

-- Tries of what can be guessed. key is hashed: it says whose account and whose
-- network address. window_start is the first try of the window.
CREATE TABLE attempts (
    key          TEXT        NOT NULL PRIMARY KEY,
    window_start TIMESTAMPTZ NOT NULL,
    count        INTEGER     NOT NULL
);

CREATE TABLE sessions (
    token_hash   TEXT        NOT NULL PRIMARY KEY,
    person_id    TEXT        REFERENCES people (id), -- NULL while nobody is signed in
    data         TEXT        NOT NULL,               -- JSON
    expires_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- ---- Frameworks ----

-- Released versions, whole, as their files had them. Never changed.
CREATE TABLE frameworks (
    id           TEXT        NOT NULL,
    version      TEXT        NOT NULL,
    title        TEXT        NOT NULL,
    status       TEXT        NOT NULL CHECK (status IN ('draft', 'published', 'retired')),
    standing     TEXT        NOT NULL CHECK (standing IN ('official', 'community-draft')),
    notice       TEXT        NOT NULL,
    competencies INTEGER     NOT NULL,
    sha256       TEXT        NOT NULL, -- of source, lower-case hex
    source       TEXT        NOT NULL,
    loaded_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id, version)
);

-- ---- The machinery ----

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Who, as what, did what to whom. Append-only. No foreign keys: the trail
-- outlives what it is about.
CREATE TABLE audit_events (
    id                TEXT        NOT NULL PRIMARY KEY,
    at                TIMESTAMPTZ NOT NULL,
    actor_id          TEXT,                 -- a person; NULL for a job
    job               TEXT        NOT NULL, -- empty for a person
    role              TEXT        NOT NULL,
    action            TEXT        NOT NULL CHECK (action <> ''),
    apprenticeship_id TEXT,
    subject           TEXT        NOT NULL, -- identifier or code of what it was done to
    detail            TEXT        NOT NULL, -- JSON
    request_id        TEXT        NOT NULL
);
CREATE INDEX audit_events_apprenticeship ON audit_events (apprenticeship_id, at);
CREATE INDEX audit_events_actor ON audit_events (actor_id, at);
CREATE INDEX audit_events_subject ON audit_events (subject, at);

-- What is to be done after a transaction, written in it.
CREATE TABLE jobs (
    id           TEXT        NOT NULL PRIMARY KEY,
    kind         TEXT        NOT NULL CHECK (kind <> ''),
    payload      TEXT        NOT NULL, -- JSON; emptied when done, since a mail's holds a link
    state        TEXT        NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    run_at       TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,          -- set while it runs
    attempts     INTEGER     NOT NULL,
    key          TEXT,
    last_error   TEXT        NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT jobs_key_unique UNIQUE (key)
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state IN ('waiting', 'running');

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE idempotency_keys (
    person_id   TEXT        NOT NULL REFERENCES people (id),
    key         TEXT        NOT NULL,
    fingerprint TEXT        NOT NULL, -- of the request
    status      INTEGER     NOT NULL, -- of the answer; 0 while it runs
    header      TEXT        NOT NULL, -- JSON
    body        BYTEA       NOT NULL, -- as it was; SQLite keeps bytes under any type's name
    done        BOOLEAN     NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
