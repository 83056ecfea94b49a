-- What a passkey signed, beside the decision that it signed. The trigger on
-- sign_offs keeps it, as every column that it doesn't name.
-- 0019_kept_signatures.sqlite.sql says the same.

-- +goose Up

-- JSON: the answer of the passkey with its public key, see
-- internal/ledger/signature.go. Empty when the signer proved who they are in
-- another way. Hashes and a key, so it outlives erasure.
ALTER TABLE sign_offs ADD COLUMN signature TEXT NOT NULL DEFAULT '';
