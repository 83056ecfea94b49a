-- As 0050_random_pages.postgres.sql: SQLite has no such cost.

-- +goose Up

SELECT 1;
