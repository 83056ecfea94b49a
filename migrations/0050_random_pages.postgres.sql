-- PostgreSQL takes a page read out of turn for four times as dear as the next
-- one, as it is on a spinning disk. So it reads the tallies of all England where
-- those of one training hub are wanted. Whoever has set the cost on the server
-- knows better; who doesn't own the database is told by docs/operate what to do.

-- +goose Up

-- +goose StatementBegin
DO $$
BEGIN
    IF (SELECT source = 'default' FROM pg_settings WHERE name = 'random_page_cost') THEN
        EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.1', current_database());
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'random_page_cost stays as it is: only the owner of the database can change it';
END
$$;
-- +goose StatementEnd
