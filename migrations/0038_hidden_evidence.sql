-- Whether a report hides some piece of an apprenticeship is asked with each of
-- its decisions. Without an index of those few PostgreSQL reads all evidence.

-- +goose Up

CREATE INDEX evidence_quarantined ON evidence (apprenticeship_id) WHERE quarantined;
