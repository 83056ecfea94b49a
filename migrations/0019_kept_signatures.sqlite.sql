-- What a passkey signed, beside the decision that it signed.
-- 0019_kept_signatures.postgres.sql says the same.

-- +goose Up

-- JSON: the answer of the passkey with its public key, see
-- internal/ledger/signature.go. Empty when the signer proved who they are in
-- another way. Hashes and a key, so it outlives erasure.
ALTER TABLE sign_offs ADD COLUMN signature TEXT NOT NULL DEFAULT '';

-- +goose StatementBegin
CREATE TRIGGER sign_offs_no_update_signature BEFORE UPDATE OF signature ON sign_offs
WHEN NEW.signature IS NOT OLD.signature
BEGIN
    SELECT RAISE(ABORT, 'sign_offs is append-only');
END;
-- +goose StatementEnd
