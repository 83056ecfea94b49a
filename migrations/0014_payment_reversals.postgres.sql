-- A claim or a payment that was wrong is reversed by a line of its own, so a
-- payment has as many lines as it takes. 0014_payment_reversals.sqlite.sql says
-- the same.

-- +goose Up

ALTER TABLE payment_entries DROP CONSTRAINT payment_entries_apprenticeship_id_payment_event_unique;
ALTER TABLE payment_entries DROP CONSTRAINT payment_entries_event_check;
ALTER TABLE payment_entries ADD CONSTRAINT payment_entries_event_check CHECK (event IN ('claim', 'pay', 'reverse_claim', 'reverse_payment'));

-- Of the lines of a payment. The type is set again because that fills the
-- column: no line can be updated.
ALTER TABLE payment_entries ADD COLUMN number INTEGER NOT NULL DEFAULT 1 CHECK (number > 0);
ALTER TABLE payment_entries ALTER COLUMN number DROP DEFAULT;
ALTER TABLE payment_entries ALTER COLUMN number TYPE INTEGER USING CASE event WHEN 'claim' THEN 1 ELSE 2 END;
ALTER TABLE payment_entries ADD CONSTRAINT payment_entries_apprenticeship_id_payment_number_unique UNIQUE (apprenticeship_id, payment, number);
