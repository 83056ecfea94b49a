-- Badges: signed statements that the core competencies of a domain, or a whole
-- programme, were signed off. A credential is kept as it was signed; only
-- revoked_at changes, once.

-- +goose Up

CREATE TABLE badges (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    domain            TEXT        NOT NULL, -- its code; empty for the programme
    framework_id      TEXT        NOT NULL,
    framework_version TEXT        NOT NULL,
    competencies      TEXT        NOT NULL, -- JSON array of the codes that it rests on
    issued_at         TIMESTAMPTZ NOT NULL,
    valid_until       DATE,                 -- the first of their last days
    list              INTEGER     NOT NULL, -- of revocations,
    place             INTEGER     NOT NULL, -- and its bit there
    revoked_at        TIMESTAMPTZ,
    credential        TEXT        NOT NULL,
    CONSTRAINT badges_place_unique UNIQUE (list, place)
);
CREATE INDEX badges_apprenticeship ON badges (apprenticeship_id, issued_at);
