-- The public keys with which this installation signs. A key is retired by the
-- one that replaces it, so nothing is ever changed. 0016_ledger_keys.postgres.sql
-- says the same.

-- +goose Up

CREATE TABLE ledger_keys (
    verifier TEXT        NOT NULL PRIMARY KEY, -- name+hash+key
    replaces TEXT        NOT NULL,             -- the key before; empty for the first
    from_at  TIMESTAMPTZ NOT NULL,
    CONSTRAINT ledger_keys_replaces_unique UNIQUE (replaces),
    CHECK (replaces <> verifier)
);

-- +goose StatementBegin
CREATE TRIGGER ledger_keys_no_update BEFORE UPDATE ON ledger_keys
BEGIN
    SELECT RAISE(ABORT, 'ledger_keys is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER ledger_keys_no_delete BEFORE DELETE ON ledger_keys
BEGIN
    SELECT RAISE(ABORT, 'ledger_keys is append-only');
END;
-- +goose StatementEnd
