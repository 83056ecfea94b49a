-- Framework versions in the making: drafts, who reviews them, and what is said
-- about them. A published draft stays, to tell whose framework it is.

-- +goose Up

CREATE TABLE framework_drafts (
    id                TEXT        NOT NULL PRIMARY KEY,
    framework_id      TEXT        NOT NULL, -- of the version that it becomes
    framework_version TEXT        NOT NULL,
    title             TEXT        NOT NULL,
    parent_id         TEXT        NOT NULL,
    parent_version    TEXT        NOT NULL,
    organisation_id   TEXT        NOT NULL REFERENCES organisations (id),
    made_by           TEXT        NOT NULL REFERENCES people (id),
    document          TEXT        NOT NULL, -- JSON with the keys of a framework file
    state             TEXT        NOT NULL CHECK (state IN ('open', 'published', 'discarded')),
    version           INTEGER     NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    changed_at        TIMESTAMPTZ NOT NULL,
    changed_by        TEXT        NOT NULL REFERENCES people (id),
    FOREIGN KEY (parent_id, parent_version) REFERENCES frameworks (id, version)
);
CREATE INDEX framework_drafts_organisation ON framework_drafts (organisation_id, changed_at);
CREATE INDEX framework_drafts_framework ON framework_drafts (framework_id, framework_version);

-- Everybody who has changed a draft: they don't review it.
CREATE TABLE framework_draft_editors (
    draft_id  TEXT NOT NULL REFERENCES framework_drafts (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (draft_id, person_id)
);

CREATE TABLE framework_draft_reviewers (
    draft_id  TEXT        NOT NULL REFERENCES framework_drafts (id),
    person_id TEXT        NOT NULL REFERENCES people (id),
    asked_by  TEXT        NOT NULL REFERENCES people (id),
    asked_at  TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (draft_id, person_id)
);
CREATE INDEX framework_draft_reviewers_person ON framework_draft_reviewers (person_id);

CREATE TABLE framework_draft_reviews (
    id            TEXT        NOT NULL PRIMARY KEY,
    draft_id      TEXT        NOT NULL REFERENCES framework_drafts (id),
    person_id     TEXT        NOT NULL REFERENCES people (id),
    decision      TEXT        NOT NULL CHECK (decision IN ('approve', 'changes')),
    comment       TEXT        NOT NULL,
    draft_version INTEGER     NOT NULL,
    at            TIMESTAMPTZ NOT NULL
);
CREATE INDEX framework_draft_reviews_draft ON framework_draft_reviews (draft_id, at);

CREATE TABLE framework_draft_comments (
    id            TEXT        NOT NULL PRIMARY KEY,
    draft_id      TEXT        NOT NULL REFERENCES framework_drafts (id),
    person_id     TEXT        NOT NULL REFERENCES people (id),
    place         TEXT        NOT NULL, -- code of a domain, competency or duty; empty for the whole
    text          TEXT        NOT NULL,
    draft_version INTEGER     NOT NULL,
    at            TIMESTAMPTZ NOT NULL,
    resolved_at   TIMESTAMPTZ,
    resolved_by   TEXT        REFERENCES people (id)
);
CREATE INDEX framework_draft_comments_draft ON framework_draft_comments (draft_id, at);
