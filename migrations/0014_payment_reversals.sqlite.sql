-- A claim or a payment that was wrong is reversed by a line of its own, so a
-- payment has as many lines as it takes. 0014_payment_reversals.postgres.sql
-- says the same.

-- +goose Up

-- The table is made afresh: SQLite cannot change what a CHECK allows.
CREATE TABLE payment_lines (
    id                TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id TEXT        NOT NULL REFERENCES apprenticeships (id),
    payment           TEXT        NOT NULL CHECK (payment <> ''), -- code in the framework
    event             TEXT        NOT NULL CHECK (event IN ('claim', 'pay', 'reverse_claim', 'reverse_payment')),
    title             TEXT        NOT NULL,
    amount            INTEGER     NOT NULL CHECK (amount >= 0), -- whole pounds
    done_on           DATE        NOT NULL,
    reference         TEXT        NOT NULL, -- of a reversal: why
    by_id             TEXT        REFERENCES people (id),
    by_name           TEXT        NOT NULL, -- as it was
    at                TIMESTAMPTZ NOT NULL,
    erased_at         TIMESTAMPTZ,
    number            INTEGER     NOT NULL CHECK (number > 0), -- of the lines of this payment
    CONSTRAINT payment_entries_apprenticeship_id_payment_number_unique UNIQUE (apprenticeship_id, payment, number)
);
INSERT INTO payment_lines (id, apprenticeship_id, payment, event, title, amount, done_on, reference, by_id, by_name, at, erased_at, number)
SELECT id, apprenticeship_id, payment, event, title, amount, done_on, reference, by_id, by_name, at, erased_at, CASE event WHEN 'claim' THEN 1 ELSE 2 END
FROM payment_entries;
DROP TABLE payment_entries;
ALTER TABLE payment_lines RENAME TO payment_entries;

-- +goose StatementBegin
CREATE TRIGGER payment_entries_no_update BEFORE UPDATE ON payment_entries
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.number IS NOT OLD.number
    OR NEW.payment IS NOT OLD.payment
    OR NEW.event IS NOT OLD.event
    OR NEW.title IS NOT OLD.title
    OR NEW.amount IS NOT OLD.amount
    OR NEW.done_on IS NOT OLD.done_on
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.at IS NOT OLD.at
    OR NEW.reference NOT IN (OLD.reference, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'payment_entries is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER payment_entries_no_delete BEFORE DELETE ON payment_entries
BEGIN
    SELECT RAISE(ABORT, 'payment_entries is append-only');
END;
-- +goose StatementEnd
