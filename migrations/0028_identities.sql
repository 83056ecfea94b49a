-- Who people are to an OpenID Connect provider, such as NHSmail.

-- +goose Up

CREATE TABLE identities (
    issuer    TEXT        NOT NULL,
    subject   TEXT        NOT NULL,
    person_id TEXT        NOT NULL REFERENCES people (id),
    linked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer, subject)
);
-- A person is one person to a provider.
CREATE UNIQUE INDEX identities_person_id_issuer_unique ON identities (person_id, issuer);
