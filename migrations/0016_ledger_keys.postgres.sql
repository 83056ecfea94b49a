-- The public keys with which this installation signs. A key is retired by the
-- one that replaces it, so nothing is ever changed. 0016_ledger_keys.sqlite.sql
-- says the same.

-- +goose Up

CREATE TABLE ledger_keys (
    verifier TEXT        NOT NULL PRIMARY KEY, -- name+hash+key
    replaces TEXT        NOT NULL,             -- the key before; empty for the first
    from_at  TIMESTAMPTZ NOT NULL,
    CONSTRAINT ledger_keys_replaces_unique UNIQUE (replaces),
    CHECK (replaces <> verifier)
);

-- For tables in which nothing is personal, so that nothing is ever erased.
-- +goose StatementBegin
CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER ledger_keys_append_only BEFORE UPDATE OR DELETE ON ledger_keys
    FOR EACH ROW EXECUTE FUNCTION never_changed();
CREATE TRIGGER ledger_keys_no_truncate BEFORE TRUNCATE ON ledger_keys
    FOR EACH STATEMENT EXECUTE FUNCTION never_changed();
