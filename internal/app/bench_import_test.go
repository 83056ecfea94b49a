package app_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/interchange"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// BenchmarkImport reads a CASE package of 10,000 items and stores it, on both
// databases; an operation is all of it. Beside the storing, one statement,
// stand 10,000 inserts of one item each in a single transaction, through the
// bare driver. Reading and checking, which is most of an operation, would be
// the same for a program that stores item by item.
func BenchmarkImport(b *testing.B) {
	shipped, err := framework.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	f := shipped[0].Framework
	model := f.Domains[0].Competencies[0]
	model.EquivalentTo, model.Replaces = nil, nil
	f.ID, f.Domains, f.Role.Duties, f.Signing.DomainAssess = "large", nil, []countersign.Duty{{Code: "T1", Text: "All of it"}}, nil
	for i := range 10_000 {
		if i%100 == 0 {
			f.Domains = append(f.Domains, countersign.Domain{Code: fmt.Sprintf("D%d", i/100), Title: "Domain"})
		}
		d := &f.Domains[len(f.Domains)-1]
		model.Code, model.Domain = fmt.Sprintf("C%d", i), d.Code
		d.Competencies = append(d.Competencies, model)
	}
	data, err := interchange.Release{Framework: f, BaseURL: "http://localhost"}.Encode(interchange.CASE)
	if err != nil {
		b.Fatal(err)
	}
	for name, dsn := range map[string]string{"sqlite": storetest.SQLite(b), "postgres": storetest.Postgres(b)} {
		b.Run(name, func(b *testing.B) {
			a, err := app.Open(b.Context(), app.Config{Data: b.TempDir(), Database: dsn})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			n, size := 0, 0
			var storing time.Duration
			for b.Loop() {
				n++
				draft, err := interchange.Decode(interchange.CASE, data, interchange.Options{Version: fmt.Sprintf("1.0.%d", n)})
				if err != nil {
					b.Fatal(err)
				}
				size = len(draft.File)
				began := time.Now()
				if err := a.Store.Write(b.Context(), func(tx *store.Tx) error { return tx.AddFramework(draft.Framework, draft.File) }); err != nil {
					b.Fatal(err)
				}
				storing += time.Since(began)
			}
			storing /= time.Duration(b.N)
			one := itemByItem(b, dsn, model, size/10_000)
			b.ReportMetric(float64(storing.Milliseconds()), "storing-ms")
			b.ReportMetric(float64(one.Milliseconds()), "item-by-item-ms")
			b.ReportMetric(float64(one)/float64(storing), "times-faster")
		})
	}
}

// itemByItem inserts 10,000 items, a statement each, of as many bytes as they
// have in the framework file.
func itemByItem(b *testing.B, dsn string, c countersign.Competency, size int) time.Duration {
	b.Helper()
	driver, source := "pgx", dsn
	if file, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, source = "sqlite3", "file:"+file
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	exec := func(tx interface {
		Exec(query string, args ...any) (sql.Result, error)
	}, query string, args ...any,
	) {
		if _, err := tx.Exec(query, args...); err != nil {
			b.Fatal(err)
		}
	}
	exec(db, "CREATE TABLE items (id TEXT PRIMARY KEY, framework TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL, statement TEXT NOT NULL, rest TEXT NOT NULL)")
	defer exec(db, "DROP TABLE items")
	rest := strings.Repeat("x", max(size-len(c.Title)-len(c.Statement), 1))
	began := time.Now()
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10_000 {
		exec(tx, "INSERT INTO items (id, framework, code, title, statement, rest) VALUES ($1, $2, $3, $4, $5, $6)",
			uuid.NewString(), "large", fmt.Sprintf("C%d", i), c.Title, c.Statement, rest)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
