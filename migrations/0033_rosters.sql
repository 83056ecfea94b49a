-- A roster is a table of apprentices to enrol: checked first, row by row, then
-- carried out in the background, each row on its own.

-- +goose Up

CREATE TABLE roster_imports (
    id          TEXT        NOT NULL PRIMARY KEY,
    person_id   TEXT        NOT NULL REFERENCES people (id), -- whose it is, and as whom people are enrolled
    file_name   TEXT        NOT NULL,
    state       TEXT        NOT NULL CHECK (state IN ('checked', 'running', 'done')),
    version     INTEGER     NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX roster_imports_person ON roster_imports (person_id, created_at);
CREATE INDEX roster_imports_running ON roster_imports (created_at) WHERE state = 'running';

CREATE TABLE roster_rows (
    import_id         TEXT    NOT NULL REFERENCES roster_imports (id),
    number            INTEGER NOT NULL, -- of the row in the file
    content           TEXT    NOT NULL, -- JSON
    state             TEXT    NOT NULL CHECK (state IN ('waiting', 'wrong', 'enrolled', 'refused')),
    says              TEXT    NOT NULL, -- JSON: problems and notes
    apprenticeship_id TEXT    REFERENCES apprenticeships (id),
    PRIMARY KEY (import_id, number)
);
CREATE INDEX roster_rows_waiting ON roster_rows (import_id, number) WHERE state = 'waiting';
CREATE INDEX roster_rows_apprenticeship ON roster_rows (apprenticeship_id) WHERE apprenticeship_id IS NOT NULL;
