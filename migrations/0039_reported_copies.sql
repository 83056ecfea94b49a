-- A copy that was withdrawn and made anew is reported with the others. While it
-- is hidden it isn't the one that is used.

-- +goose Up

DROP INDEX evidence_apprenticeship_id_origin_id_unique;
CREATE UNIQUE INDEX evidence_apprenticeship_id_origin_id_unique ON evidence (apprenticeship_id, origin_id)
    WHERE origin_id IS NOT NULL AND state <> 'withdrawn' AND NOT quarantined;
