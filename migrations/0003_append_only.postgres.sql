-- What was written is neither changed nor deleted. The one exception is
-- erasure, which sets erased_at and leaves each personal text as it is or
-- empties it. Whoever may change the schema can get around this; the ledger
-- shows it. 0003_append_only.sqlite.sql says the same.

-- +goose Up

ALTER TABLE audit_events ADD COLUMN erased_at TIMESTAMPTZ;

-- The arguments are the columns that erasure may empty.
-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb;
    now jsonb;
    personal text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD) - 'erased_at';
        now := to_jsonb(NEW) - 'erased_at';
        FOREACH personal IN ARRAY TG_ARGV LOOP
            IF now ->> personal = '' THEN
                was := was - personal;
                now := now - personal;
            END IF;
        END LOOP;
        IF NEW.erased_at IS NOT NULL AND now = was THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER sign_offs_append_only BEFORE UPDATE OR DELETE ON sign_offs
    FOR EACH ROW EXECUTE FUNCTION append_only('comment', 'statement', 'relied_text', 'assessor_name', 'registration', 'salt');
CREATE TRIGGER sign_offs_no_truncate BEFORE TRUNCATE ON sign_offs
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER evidence_revisions_append_only BEFORE UPDATE OR DELETE ON evidence_revisions
    FOR EACH ROW EXECUTE FUNCTION append_only('content', 'observed_by_name', 'attachments', 'hash');
CREATE TRIGGER evidence_revisions_no_truncate BEFORE TRUNCATE ON evidence_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER reviews_append_only BEFORE UPDATE OR DELETE ON reviews
    FOR EACH ROW EXECUTE FUNCTION append_only('reviewer_name', 'comment');
CREATE TRIGGER reviews_no_truncate BEFORE TRUNCATE ON reviews
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION append_only('detail');
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION append_only();
