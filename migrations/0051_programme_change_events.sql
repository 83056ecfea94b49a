-- Requests for an extension are few, and looked for from the home page of a
-- training hub: without an index by event all changes of the country were read.

-- +goose Up

CREATE INDEX programme_changes_event ON programme_changes (event, apprenticeship_id);
