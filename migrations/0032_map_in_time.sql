-- Places move in the tree: an integrated care board is merged, a practice joins
-- another network. organisation_ancestors stays the map of today; what was so
-- before is kept beside it.

-- +goose Up

ALTER TABLE organisation_ancestors ADD COLUMN from_on DATE; -- NULL: since always

-- Who was beneath whom, and at which depth, from one day to another, both
-- included. Today's map says what holds after to_on.
CREATE TABLE organisation_past_ancestors (
    organisation_id TEXT    NOT NULL REFERENCES organisations (id),
    ancestor_id     TEXT    NOT NULL REFERENCES organisations (id),
    depth           INTEGER NOT NULL CHECK (depth > 0),
    from_on         DATE, -- NULL: since always
    to_on           DATE    NOT NULL,
    PRIMARY KEY (organisation_id, ancestor_id, to_on),
    CHECK (from_on IS NULL OR from_on <= to_on)
);
CREATE INDEX organisation_past_ancestors_beneath ON organisation_past_ancestors (ancestor_id, organisation_id, to_on);
