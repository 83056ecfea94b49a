-- A training hub agrees that the lead of its region sees its people, and not
-- sums only. It takes effect when every open training hub of the region agrees.

-- +goose Up

ALTER TABLE organisations ADD COLUMN people_to_region BOOLEAN NOT NULL DEFAULT FALSE;
