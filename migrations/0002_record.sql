-- The record: apprenticeships and everything beneath them. One file for SQLite
-- and PostgreSQL, as 0001. Texts that may be missing are empty, not NULL;
-- references, dates and times that may be missing are NULL.

-- +goose Up

-- ---- Apprenticeships ----

-- One person's programme. The counters are changed in the transaction that
-- changes what they count, so that reports need not look beneath.
CREATE TABLE apprenticeships (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprentice_id     TEXT        NOT NULL REFERENCES people (id),
    framework_id      TEXT        NOT NULL,
    framework_version TEXT        NOT NULL,
    practice_id       TEXT        NOT NULL REFERENCES organisations (id),
    start_on          DATE        NOT NULL,
    planned_end_on    DATE        NOT NULL,
    cohort            TEXT        NOT NULL,
    state             TEXT        NOT NULL CHECK (state IN ('active', 'completed', 'withdrawn')),
    ended_on          DATE,
    end_reason        TEXT        NOT NULL,
    in_scope          INTEGER     NOT NULL CHECK (in_scope >= 0),
    signed_off        INTEGER     NOT NULL CHECK (signed_off BETWEEN 0 AND in_scope),
    core              INTEGER     NOT NULL CHECK (core BETWEEN 0 AND in_scope),
    core_signed_off   INTEGER     NOT NULL CHECK (core_signed_off BETWEEN 0 AND core AND core_signed_off <= signed_off),
    waiting           INTEGER     NOT NULL CHECK (waiting >= 0), -- what the queues hold of it; 0 when it isn't active
    oldest_waiting_at TIMESTAMPTZ,
    recount_on        DATE,                 -- the next day on which time alone changes a counter
    last_activity_at  TIMESTAMPTZ,
    seq               INTEGER     NOT NULL, -- counts every write beneath it, which begins by changing it
    version           INTEGER     NOT NULL, -- of the enrolment itself
    created_at        TIMESTAMPTZ NOT NULL,
    FOREIGN KEY (framework_id, framework_version) REFERENCES frameworks (id, version),
    CHECK (planned_end_on >= start_on),
    CHECK ((state = 'active') = (ended_on IS NULL)),
    CHECK ((waiting = 0) = (oldest_waiting_at IS NULL))
);
CREATE INDEX apprenticeships_practice ON apprenticeships (practice_id, state);
CREATE INDEX apprenticeships_apprentice ON apprenticeships (apprentice_id);
-- One apprenticeship on a framework at a time: a form sent twice enrols once.
CREATE UNIQUE INDEX apprenticeships_apprentice_id_framework_id_unique ON apprenticeships (apprentice_id, framework_id) WHERE state = 'active';
CREATE INDEX apprenticeships_recount ON apprenticeships (recount_on) WHERE recount_on IS NOT NULL;

-- Who may judge, from one day to another, both included. As of memberships,
-- an open end is NULL, and an end before the beginning says that it never held.
CREATE TABLE namings (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    person_id         TEXT        NOT NULL REFERENCES people (id),
    role              TEXT        NOT NULL CHECK (role IN ('gp_supervisor', 'secondary_mentor', 'assessor', 'verifier')),
    domains           TEXT        NOT NULL, -- JSON list of codes; empty means all
    covers_id         TEXT        REFERENCES people (id),
    from_on           DATE        NOT NULL,
    to_on             DATE,
    created_at        TIMESTAMPTZ NOT NULL,
    CHECK (covers_id <> person_id)
);
CREATE INDEX namings_apprenticeship ON namings (apprenticeship_id);
CREATE INDEX namings_person ON namings (person_id, role);

-- ---- Competencies of one apprentice ----

-- A row for every competency of the framework, made at enrolment. Scope is
-- decided by people; the rest from status on is derived from evidence and
-- decisions and kept for lists and counters.
CREATE TABLE attainments (
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    competency        TEXT        NOT NULL,
    core              BOOLEAN     NOT NULL,
    domain            TEXT        NOT NULL,
    scope             TEXT        NOT NULL CHECK (scope IN ('out', 'proposed', 'in')),
    scope_since       TIMESTAMPTZ NOT NULL,
    status            TEXT        NOT NULL CHECK (status IN (
        'not_applicable', 'expired', 'signed_off', 'assessed', 'not_yet_competent', 'ready', 'in_progress', 'not_started')),
    level             TEXT        NOT NULL,
    pieces            INTEGER     NOT NULL CHECK (pieces >= 0), -- that count
    version           INTEGER     NOT NULL, -- seq of the last write that a signer must know of
    waiting_type      TEXT        NOT NULL CHECK (waiting_type IN ('', 'sign_off', 'countersign', 'renewal', 'confirm', 'scope')),
    waiting_since     TIMESTAMPTZ,
    open_awaits       TEXT        NOT NULL CHECK (open_awaits IN (
        '', 'gp_supervisor', 'secondary_mentor', 'assessor', 'practice_manager', 'second_person')),
    open_assessor     TEXT        REFERENCES people (id),
    expires_on        DATE,
    recount_on        DATE,
    PRIMARY KEY (apprenticeship_id, competency),
    CHECK (NOT core OR scope = 'in'),
    CHECK ((scope = 'in') = (status <> 'not_applicable')),
    CHECK ((waiting_type = '') = (waiting_since IS NULL))
);
CREATE INDEX attainments_waiting ON attainments (apprenticeship_id, waiting_since) WHERE waiting_type <> '';

-- ---- Evidence ----

-- A piece with its latest content.
CREATE TABLE evidence (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    recorded_by       TEXT        REFERENCES people (id), -- an assessor, for the apprentice
    kind              TEXT        NOT NULL CHECK (kind IN (
        'observation', 'procedure', 'procedure_log', 'witness_testimony', 'expert_witness',
        'professional_discussion', 'case_discussion', 'reflective_account', 'work_product', 'audit',
        'certificate', 'questioning', 'colleague_feedback', 'patient_feedback')),
    title             TEXT        NOT NULL,
    occurred_on       DATE,
    narrative         TEXT        NOT NULL,
    reflection        TEXT        NOT NULL,
    details           TEXT        NOT NULL, -- JSON
    observed_by       TEXT        REFERENCES people (id),
    entries           INTEGER     NOT NULL CHECK (entries >= 0),
    anonymised        BOOLEAN     NOT NULL,
    prior_learning    BOOLEAN     NOT NULL,
    state             TEXT        NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'accepted', 'withdrawn')),
    revision          INTEGER     NOT NULL CHECK (revision >= 0), -- the latest submitted one
    accepted_by       TEXT        REFERENCES people (id),
    decided_at        TIMESTAMPTZ,
    submitted_at      TIMESTAMPTZ,
    read_at           TIMESTAMPTZ,
    read_comment      TEXT        NOT NULL,
    withdrawn_at      TIMESTAMPTZ,
    withdraw_reason   TEXT        NOT NULL,
    quarantined       BOOLEAN     NOT NULL,
    version           INTEGER     NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL,
    updated_at        TIMESTAMPTZ NOT NULL,
    CHECK (state NOT IN ('submitted', 'returned', 'accepted') OR (revision > 0 AND submitted_at IS NOT NULL)),
    CHECK (state <> 'accepted' OR (accepted_by IS NOT NULL AND decided_at IS NOT NULL)),
    CHECK (state <> 'withdrawn' OR withdrawn_at IS NOT NULL)
);
CREATE INDEX evidence_list ON evidence (apprenticeship_id, created_at, id);
CREATE INDEX evidence_state ON evidence (apprenticeship_id, state);
CREATE INDEX evidence_submitted ON evidence (apprenticeship_id, submitted_at) WHERE state = 'submitted';

CREATE TABLE evidence_mappings (
    evidence_id   TEXT    NOT NULL REFERENCES evidence (id),
    competency    TEXT    NOT NULL,
    position      INTEGER NOT NULL, -- in the author's order
    justification TEXT    NOT NULL,
    PRIMARY KEY (evidence_id, competency)
);

-- What was submitted, frozen. Append-only; erasure empties what is personal.
CREATE TABLE evidence_revisions (
    evidence_id      TEXT        NOT NULL REFERENCES evidence (id),
    number           INTEGER     NOT NULL CHECK (number > 0),
    content          TEXT        NOT NULL, -- JSON
    observed_by_name TEXT        NOT NULL, -- as it was
    attachments      TEXT        NOT NULL, -- JSON
    hash             TEXT        NOT NULL,
    submitted_by     TEXT        NOT NULL REFERENCES people (id),
    submitted_at     TIMESTAMPTZ NOT NULL,
    erased_at        TIMESTAMPTZ,
    PRIMARY KEY (evidence_id, number)
);

-- Judgements of a revision. Append-only, as revisions.
CREATE TABLE reviews (
    id            TEXT        NOT NULL PRIMARY KEY,
    evidence_id   TEXT        NOT NULL,
    revision      INTEGER     NOT NULL,
    reviewer_id   TEXT        NOT NULL REFERENCES people (id),
    reviewer_name TEXT        NOT NULL, -- as it was
    role          TEXT        NOT NULL CHECK (role IN ('gp_supervisor', 'secondary_mentor', 'assessor', 'practice_manager')),
    decision      TEXT        NOT NULL CHECK (decision IN ('accept', 'return')),
    comment       TEXT        NOT NULL,
    added         TEXT        NOT NULL, -- JSON list of competencies
    removed       TEXT        NOT NULL, -- JSON list of competencies
    at            TIMESTAMPTZ NOT NULL,
    erased_at     TIMESTAMPTZ,
    FOREIGN KEY (evidence_id, revision) REFERENCES evidence_revisions (evidence_id, number)
);
CREATE INDEX reviews_evidence ON reviews (evidence_id, at);

-- Files of a piece as it is now; revisions name theirs by hash.
CREATE TABLE attachments (
    id               TEXT        NOT NULL PRIMARY KEY,
    evidence_id      TEXT        NOT NULL REFERENCES evidence (id),
    name             TEXT        NOT NULL,
    media_type       TEXT        NOT NULL,
    size             BIGINT      NOT NULL CHECK (size >= 0),
    sha256           TEXT        NOT NULL,
    width            INTEGER     NOT NULL,
    height           INTEGER     NOT NULL,
    rendition_sha256 TEXT        NOT NULL,
    rendition_size   BIGINT      NOT NULL,
    rendition_width  INTEGER     NOT NULL,
    rendition_height INTEGER     NOT NULL,
    added_at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX attachments_evidence ON attachments (evidence_id);
CREATE INDEX attachments_content ON attachments (sha256);

-- ---- Decisions ----

-- Append-only, as revisions. Each competency's decisions are a chain that
-- can't fork, and so are the leaves of each apprenticeship.
CREATE TABLE sign_offs (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL,
    competency        TEXT        NOT NULL,
    decision          TEXT        NOT NULL CHECK (decision IN ('competent', 'not_yet_competent', 'withdrawn')),
    part              TEXT        NOT NULL CHECK (part IN ('assessment', 'countersignature', 'confirmation', 'withdrawal')),
    awaits            TEXT        NOT NULL CHECK (awaits IN (
        '', 'gp_supervisor', 'secondary_mentor', 'assessor', 'practice_manager', 'second_person')),
    level             TEXT        NOT NULL,
    comment           TEXT        NOT NULL,
    statement         TEXT        NOT NULL, -- what was shown and signed
    relied_on         TEXT        NOT NULL, -- JSON list of pieces and revisions, in the signer's order
    relied_text       TEXT        NOT NULL, -- JSON list of their hashes and titles, in the same order
    assessor_id       TEXT        NOT NULL REFERENCES people (id),
    assessor_name     TEXT        NOT NULL, -- as it was, as the next three
    assessor_role     TEXT        NOT NULL CHECK (assessor_role IN ('gp_supervisor', 'secondary_mentor', 'assessor', 'practice_manager', 'hub_lead')),
    registration      TEXT        NOT NULL,
    authentication    TEXT        NOT NULL,
    framework_id      TEXT        NOT NULL,
    framework_version TEXT        NOT NULL,
    text_hash         TEXT        NOT NULL, -- of the competency
    signed_at         TIMESTAMPTZ NOT NULL,
    supersedes_id     TEXT,                 -- the competency's decision before; NULL for the first
    previous_leaf     TEXT        NOT NULL, -- of the apprenticeship's decision before; empty for the first
    leaf              TEXT        NOT NULL CHECK (leaf <> '' AND leaf <> previous_leaf),
    canonical         TEXT        NOT NULL, -- what the leaf was made of; salted hashes and ids only, so it outlives erasure
    salt              TEXT        NOT NULL,
    erased_at         TIMESTAMPTZ,
    FOREIGN KEY (apprenticeship_id, competency) REFERENCES attainments (apprenticeship_id, competency),
    FOREIGN KEY (framework_id, framework_version) REFERENCES frameworks (id, version),
    CONSTRAINT sign_offs_chain_unique UNIQUE (id, apprenticeship_id, competency),
    FOREIGN KEY (supersedes_id, apprenticeship_id, competency) REFERENCES sign_offs (id, apprenticeship_id, competency),
    CONSTRAINT sign_offs_supersedes_id_unique UNIQUE (supersedes_id),
    CONSTRAINT sign_offs_apprenticeship_id_previous_leaf_unique UNIQUE (apprenticeship_id, previous_leaf),
    CONSTRAINT sign_offs_leaf_unique UNIQUE (leaf),
    CHECK (supersedes_id <> id)
);
CREATE UNIQUE INDEX sign_offs_apprenticeship_id_competency_unique ON sign_offs (apprenticeship_id, competency) WHERE supersedes_id IS NULL;
CREATE INDEX sign_offs_apprenticeship ON sign_offs (apprenticeship_id, signed_at, id);
