-- People in flight change to another version of their framework, and back
-- until something new is signed.

-- +goose Up

-- A competency that the present version doesn't have any more keeps its row,
-- for the decisions on it.
ALTER TABLE attainments ADD COLUMN retired BOOLEAN NOT NULL DEFAULT FALSE;
-- Decisions up to this moment were made on what the competency asked for then:
-- they stay, and don't count any more.
ALTER TABLE attainments ADD COLUMN recheck_at TIMESTAMPTZ;

CREATE TABLE version_changes (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    framework_id      TEXT        NOT NULL,
    from_version      TEXT        NOT NULL,
    to_version        TEXT        NOT NULL,
    batch             TEXT        NOT NULL, -- those that changed in one transaction
    by_id             TEXT        REFERENCES people (id),
    at                TIMESTAMPTZ NOT NULL,
    undone_at         TIMESTAMPTZ,
    undone_by         TEXT        REFERENCES people (id),
    FOREIGN KEY (framework_id, from_version) REFERENCES frameworks (id, version),
    FOREIGN KEY (framework_id, to_version) REFERENCES frameworks (id, version)
);
CREATE INDEX version_changes_apprenticeship ON version_changes (apprenticeship_id, at);
CREATE INDEX version_changes_batch ON version_changes (batch);

-- The attainments as they were, for going back.
CREATE TABLE version_change_attainments (
    change_id   TEXT        NOT NULL REFERENCES version_changes (id),
    competency  TEXT        NOT NULL,
    core        BOOLEAN     NOT NULL,
    domain      TEXT        NOT NULL,
    scope       TEXT        NOT NULL,
    scope_since TIMESTAMPTZ NOT NULL,
    retired     BOOLEAN     NOT NULL,
    recheck_at  TIMESTAMPTZ,
    PRIMARY KEY (change_id, competency)
);

-- Evidence that counts for what a competency became.
ALTER TABLE evidence_mappings ADD COLUMN change_id TEXT REFERENCES version_changes (id);
