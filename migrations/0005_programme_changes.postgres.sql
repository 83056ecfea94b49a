-- The life of an apprenticeship from application to certificate: more states,
-- and every change of it as a line that stays. 0005_programme_changes.sqlite.sql
-- says the same.

-- +goose Up

ALTER TABLE apprenticeships DROP CONSTRAINT apprenticeships_state_check;
ALTER TABLE apprenticeships ADD CONSTRAINT apprenticeships_state_check CHECK (state IN (
    'applied', 'declined', 'active', 'on_break', 'submitted', 'referred_back', 'completed', 'withdrawn'));

-- +goose StatementBegin
DO $$
DECLARE
    old text;
BEGIN
    SELECT conname INTO STRICT old FROM pg_constraint
        WHERE conrelid = 'apprenticeships'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%ended_on IS NULL%';
    EXECUTE format('ALTER TABLE apprenticeships DROP CONSTRAINT %I', old);
END
$$;
-- +goose StatementEnd
ALTER TABLE apprenticeships ADD CONSTRAINT apprenticeships_ended_check
    CHECK ((state IN ('declined', 'completed', 'withdrawn')) = (ended_on IS NOT NULL));

ALTER TABLE apprenticeships ADD COLUMN funding_year TEXT NOT NULL DEFAULT '';
ALTER TABLE apprenticeships ADD COLUMN original_end_on DATE;       -- as planned at the start
ALTER TABLE apprenticeships ADD COLUMN break_days INTEGER NOT NULL DEFAULT 0; -- by which breaks have moved the planned end
ALTER TABLE apprenticeships ADD COLUMN on_break_since DATE;
ALTER TABLE apprenticeships ADD COLUMN return_expected_on DATE;
ALTER TABLE apprenticeships ADD COLUMN last_learning_on DATE;
UPDATE apprenticeships SET original_end_on = planned_end_on;
ALTER TABLE apprenticeships ADD CONSTRAINT apprenticeships_break_check
    CHECK ((state = 'on_break') = (on_break_since IS NOT NULL) AND (on_break_since IS NULL) = (return_expected_on IS NULL));

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

CREATE TRIGGER programme_changes_append_only BEFORE UPDATE OR DELETE ON programme_changes
    FOR EACH ROW EXECUTE FUNCTION append_only('reason', 'progress', 'support', 'by_name');
CREATE TRIGGER programme_changes_no_truncate BEFORE TRUNCATE ON programme_changes
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
