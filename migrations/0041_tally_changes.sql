-- How often a tally has changed: the sum of this over all rows is another one
-- after each change, by which sums are known to be the same still.

-- +goose Up

ALTER TABLE tallies ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
