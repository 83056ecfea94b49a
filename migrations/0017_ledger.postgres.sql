-- The log: every decision's leaf in one order, the tree over them (RFC 6962,
-- section 2.1) and its signed states. Nothing in it is personal and nothing is
-- ever changed. 0017_ledger.sqlite.sql says the same.

-- +goose Up

-- When a decision was written here, which of one that came from elsewhere is
-- later than when it was signed. NULL before there was a log.
ALTER TABLE sign_offs ADD COLUMN recorded_at TIMESTAMPTZ;
CREATE INDEX sign_offs_recorded ON sign_offs (recorded_at);

CREATE TABLE ledger_entries (
    number BIGINT NOT NULL PRIMARY KEY CHECK (number >= 0), -- from 0, without a gap
    leaf   TEXT   NOT NULL,
    CONSTRAINT ledger_entries_leaf_unique UNIQUE (leaf)
);

-- The hashes above the leaves: number n of level l is over the leaves from
-- n * 2^l on, 2^l of them.
CREATE TABLE ledger_nodes (
    level  INTEGER NOT NULL CHECK (level > 0),
    number BIGINT  NOT NULL CHECK (number >= 0),
    hash   TEXT    NOT NULL,
    PRIMARY KEY (level, number)
);

CREATE TABLE ledger_checkpoints (
    size BIGINT      NOT NULL PRIMARY KEY CHECK (size > 0), -- leaves it covers
    root TEXT        NOT NULL,
    note TEXT        NOT NULL, -- signed, in the form of sumdb/note
    at   TIMESTAMPTZ NOT NULL
);

CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries
    FOR EACH ROW EXECUTE FUNCTION never_changed();
CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION never_changed();

CREATE TRIGGER ledger_nodes_append_only BEFORE UPDATE OR DELETE ON ledger_nodes
    FOR EACH ROW EXECUTE FUNCTION never_changed();
CREATE TRIGGER ledger_nodes_no_truncate BEFORE TRUNCATE ON ledger_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION never_changed();

CREATE TRIGGER ledger_checkpoints_append_only BEFORE UPDATE OR DELETE ON ledger_checkpoints
    FOR EACH ROW EXECUTE FUNCTION never_changed();
CREATE TRIGGER ledger_checkpoints_no_truncate BEFORE TRUNCATE ON ledger_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION never_changed();
