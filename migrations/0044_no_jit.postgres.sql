-- PostgreSQL compiles a statement that it takes for a long one, which takes it a
-- second or two. None of ours is worth that. Who doesn't own the database is told
-- by docs/operate what to do.

-- +goose Up

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'jit stays as it is: only the owner of the database can turn it off';
END
$$;
-- +goose StatementEnd
