-- The other rows of the record in the log: reviews of evidence, submissions,
-- signatures, hours and the like, each with a leaf that the sealing job makes;
-- and time-stamps of checkpoints (RFC 3161). 0030_ledger_records.postgres.sql
-- says the same.

-- +goose Up

-- The seq up to which the log holds what is beneath the apprenticeship; where
-- it is behind, the job looks.
ALTER TABLE apprenticeships ADD COLUMN sealed_seq INTEGER NOT NULL DEFAULT -1;
CREATE INDEX apprenticeships_unsealed ON apprenticeships (id) WHERE sealed_seq < seq;

CREATE TABLE ledger_records (
    table_name        TEXT        NOT NULL,
    row_id            TEXT        NOT NULL, -- what the row is known by, with a space between two columns
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    leaf              TEXT        NOT NULL,
    canonical         TEXT        NOT NULL, -- what the leaf was made of; salted hashes and facts only, so it outlives erasure
    salt              TEXT        NOT NULL,
    erased_at         TIMESTAMPTZ,
    PRIMARY KEY (table_name, row_id),
    CONSTRAINT ledger_records_leaf_unique UNIQUE (leaf)
);
CREATE INDEX ledger_records_apprenticeship ON ledger_records (apprenticeship_id);

CREATE TABLE ledger_timestamps (
    size  BIGINT      NOT NULL PRIMARY KEY REFERENCES ledger_checkpoints (size),
    token TEXT        NOT NULL, -- of the checkpoint's note, base64
    at    TIMESTAMPTZ NOT NULL  -- as the authority says
);

-- +goose StatementBegin
CREATE TRIGGER ledger_records_no_update BEFORE UPDATE ON ledger_records
WHEN NEW.erased_at IS NULL
    OR NEW.table_name IS NOT OLD.table_name
    OR NEW.row_id IS NOT OLD.row_id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.leaf IS NOT OLD.leaf
    OR NEW.canonical IS NOT OLD.canonical
    OR NEW.salt NOT IN (OLD.salt, '')
BEGIN
    SELECT RAISE(ABORT, 'ledger_records is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ledger_records_no_delete BEFORE DELETE ON ledger_records
BEGIN
    SELECT RAISE(ABORT, 'ledger_records is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ledger_timestamps_no_update BEFORE UPDATE ON ledger_timestamps
BEGIN
    SELECT RAISE(ABORT, 'ledger_timestamps is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ledger_timestamps_no_delete BEFORE DELETE ON ledger_timestamps
BEGIN
    SELECT RAISE(ABORT, 'ledger_timestamps is append-only');
END;
-- +goose StatementEnd
