-- The life of an apprenticeship from application to certificate: more states,
-- and every change of it as a line that stays.
-- 0005_programme_changes.postgres.sql says the same.

-- +goose Up

ALTER TABLE apprenticeships ADD COLUMN funding_year TEXT NOT NULL DEFAULT '';
ALTER TABLE apprenticeships ADD COLUMN original_end_on DATE;       -- as planned at the start
ALTER TABLE apprenticeships ADD COLUMN break_days INTEGER NOT NULL DEFAULT 0; -- by which breaks have moved the planned end
ALTER TABLE apprenticeships ADD COLUMN on_break_since DATE;
ALTER TABLE apprenticeships ADD COLUMN return_expected_on DATE;
ALTER TABLE apprenticeships ADD COLUMN last_learning_on DATE;
UPDATE apprenticeships SET original_end_on = planned_end_on;

DROP INDEX apprenticeships_apprentice_id_framework_id_unique;
CREATE UNIQUE INDEX apprenticeships_apprentice_id_framework_id_unique ON apprenticeships (apprentice_id, framework_id) WHERE ended_on IS NULL;

CREATE TABLE programme_changes (
    id                 TEXT        NOT NULL PRIMARY KEY,
    apprenticeship_id  TEXT        NOT NULL REFERENCES apprenticeships (id),
    event              TEXT        NOT NULL CHECK (event <> ''),
    from_state         TEXT        NOT NULL,
    to_state           TEXT        NOT NULL,
    effective_on       DATE        NOT NULL,
    end_before         DATE,                 -- the planned end, where it changed or is asked to
    end_after          DATE,
    return_expected_on DATE,
    last_learning_on   DATE,
    practice_before    TEXT        REFERENCES organisations (id),
    practice_after     TEXT        REFERENCES organisations (id),
    answers_id         TEXT        REFERENCES programme_changes (id), -- the request that this decides
    reason             TEXT        NOT NULL,
    progress           TEXT        NOT NULL, -- of an extension: what is done
    support            TEXT        NOT NULL, -- of an extension: what extra help is given
    by_id              TEXT        REFERENCES people (id), -- NULL for a command
    by_name            TEXT        NOT NULL, -- as it was
    by_role            TEXT        NOT NULL,
    at                 TIMESTAMPTZ NOT NULL,
    erased_at          TIMESTAMPTZ,
    CONSTRAINT programme_changes_answers_id_unique UNIQUE (answers_id)
);
CREATE INDEX programme_changes_apprenticeship ON programme_changes (apprenticeship_id, at, id);

-- +goose StatementBegin
CREATE TRIGGER programme_changes_no_update BEFORE UPDATE ON programme_changes
WHEN NEW.erased_at IS NULL
    OR NEW.id IS NOT OLD.id
    OR NEW.apprenticeship_id IS NOT OLD.apprenticeship_id
    OR NEW.event IS NOT OLD.event
    OR NEW.from_state IS NOT OLD.from_state
    OR NEW.to_state IS NOT OLD.to_state
    OR NEW.effective_on IS NOT OLD.effective_on
    OR NEW.end_before IS NOT OLD.end_before
    OR NEW.end_after IS NOT OLD.end_after
    OR NEW.return_expected_on IS NOT OLD.return_expected_on
    OR NEW.last_learning_on IS NOT OLD.last_learning_on
    OR NEW.practice_before IS NOT OLD.practice_before
    OR NEW.practice_after IS NOT OLD.practice_after
    OR NEW.answers_id IS NOT OLD.answers_id
    OR NEW.by_id IS NOT OLD.by_id
    OR NEW.by_role IS NOT OLD.by_role
    OR NEW.at IS NOT OLD.at
    OR NEW.reason NOT IN (OLD.reason, '')
    OR NEW.progress NOT IN (OLD.progress, '')
    OR NEW.support NOT IN (OLD.support, '')
    OR NEW.by_name NOT IN (OLD.by_name, '')
BEGIN
    SELECT RAISE(ABORT, 'programme_changes is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER programme_changes_no_delete BEFORE DELETE ON programme_changes
BEGIN
    SELECT RAISE(ABORT, 'programme_changes is append-only');
END;
-- +goose StatementEnd

-- SQLite can't alter a CHECK. This is the way its documentation gives for a
-- change that leaves the rows as they are: https://www.sqlite.org/lang_altertable.html#otheralter
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
    'CHECK (state IN (''active'', ''completed'', ''withdrawn''))',
    'CHECK (state IN (''applied'', ''declined'', ''active'', ''on_break'', ''submitted'', ''referred_back'', ''completed'', ''withdrawn''))'),
    'CHECK ((state = ''active'') = (ended_on IS NULL))',
    'CHECK ((state IN (''declined'', ''completed'', ''withdrawn'')) = (ended_on IS NOT NULL)),
    CHECK ((state = ''on_break'') = (on_break_since IS NOT NULL) AND (on_break_since IS NULL) = (return_expected_on IS NULL))')
WHERE type = 'table' AND name = 'apprenticeships';
PRAGMA writable_schema = RESET;
