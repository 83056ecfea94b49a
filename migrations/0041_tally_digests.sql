-- A number that follows from the whole of a tally: the sum of this over all
-- rows tells whether they are the same still.

-- +goose Up

ALTER TABLE tallies ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
