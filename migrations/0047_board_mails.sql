-- The board report of a place, mailed every month to somebody who may see it.
-- stop_token stands in each of their mails: it stops this one and does nothing
-- else.

-- +goose Up

CREATE TABLE board_mails (
    id         TEXT        NOT NULL PRIMARY KEY,
    place_id   TEXT        NOT NULL REFERENCES organisations (id),
    person_id  TEXT        NOT NULL REFERENCES people (id), -- who gets it
    set_by     TEXT        NOT NULL REFERENCES people (id),
    set_at     TIMESTAMPTZ NOT NULL,
    stop_token TEXT        NOT NULL,
    ended_at   TIMESTAMPTZ,
    ended_why  TEXT        NOT NULL DEFAULT '' CHECK (ended_why IN ('', 'stopped', 'unsubscribed', 'not_allowed')),
    CONSTRAINT board_mails_stop_token_unique UNIQUE (stop_token)
);
CREATE UNIQUE INDEX board_mails_once ON board_mails (place_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX board_mails_person ON board_mails (person_id);
