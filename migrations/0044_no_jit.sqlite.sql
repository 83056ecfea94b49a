-- As 0044_no_jit.postgres.sql: SQLite compiles nothing.

-- +goose Up

SELECT 1;
