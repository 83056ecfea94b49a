-- Transfer packages from other installations, kept apart until somebody here
-- decides about them. One file for SQLite and PostgreSQL.

-- +goose Up

-- Where the people of a received record are from, who have no account here:
-- the address of that installation. Empty for the people of this one.
ALTER TABLE people ADD COLUMN origin TEXT NOT NULL DEFAULT '';

CREATE TABLE received_packages (
    id                TEXT        NOT NULL PRIMARY KEY,
    practice_id       TEXT        NOT NULL REFERENCES organisations (id), -- that decides about it
    apprenticeship_id TEXT        NOT NULL, -- as it was there
    sha256            TEXT        NOT NULL CHECK (length(sha256) = 64), -- of the ZIP
    origin_url        TEXT        NOT NULL,
    origin_id         TEXT        NOT NULL,
    as_at             TIMESTAMPTZ NOT NULL,
    apprentice_name   TEXT        NOT NULL,
    apprentice_email  TEXT        NOT NULL,
    framework_id      TEXT        NOT NULL,
    framework_version TEXT        NOT NULL,
    manifest          TEXT        NOT NULL, -- as in the package; empty once declined, as the next
    data              TEXT        NOT NULL,
    received_by       TEXT        REFERENCES people (id), -- NULL for a command
    received_at       TIMESTAMPTZ NOT NULL,
    state             TEXT        NOT NULL CHECK (state IN ('received', 'accepted', 'declined')),
    decided_by        TEXT        REFERENCES people (id),
    decided_by_name   TEXT        NOT NULL, -- as it was
    decided_at        TIMESTAMPTZ,
    reason            TEXT        NOT NULL,
    version           INTEGER     NOT NULL,
    CONSTRAINT received_packages_practice_id_sha256_unique UNIQUE (practice_id, sha256),
    CHECK ((state = 'received') = (decided_at IS NULL))
);
CREATE INDEX received_packages_practice ON received_packages (practice_id, received_at, id);
CREATE INDEX received_packages_apprenticeship ON received_packages (apprenticeship_id);

-- The content of a package that is in the folder of files.
CREATE TABLE received_files (
    package_id TEXT NOT NULL REFERENCES received_packages (id),
    sha256     TEXT NOT NULL,
    PRIMARY KEY (package_id, sha256)
);
CREATE INDEX received_files_content ON received_files (sha256);
