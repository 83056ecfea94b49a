package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Statement is one statement as the database got it.
type Statement struct {
	SQL   string // with placeholders
	Args  []any  // what they stand for; the statement's own, so clone them to keep them
	Began time.Time
	Took  time.Duration // until the first row, of one that returns rows
}

type watcher struct{}

// Watch returns a context whose SELECT, INSERT, UPDATE and DELETE statements fn
// is told of, in the goroutine that ran each, once the database has answered.
// Whoever watches the context already is told too.
func Watch(ctx context.Context, fn func(Statement)) context.Context {
	if outer, ok := ctx.Value(watcher{}).(func(Statement)); ok {
		inner := fn
		fn = func(st Statement) { outer(st); inner(st) }
	}
	return context.WithValue(ctx, watcher{}, fn)
}

// RecordStatements returns a context whose statements are recorded, and those
// so far: for tests and benchmarks.
func (s *Store) RecordStatements(ctx context.Context) (context.Context, func() []Statement) {
	var (
		mu   sync.Mutex
		list []Statement
	)
	ctx = Watch(ctx, func(st Statement) {
		mu.Lock()
		defer mu.Unlock()
		st.Args = slices.Clone(st.Args)
		list = append(list, st)
	})
	return ctx, func() []Statement {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(list)
	}
}

// CountStatements is RecordStatements for those who ask only how many.
func (s *Store) CountStatements(ctx context.Context) (context.Context, func() int) {
	ctx, recorded := s.RecordStatements(ctx)
	return ctx, func() int { return len(recorded()) }
}

// watchStatements has db tell those who watch.
func (s *Store) watchStatements(db *gorm.DB) error {
	const began, told = "countersign:began", "countersign:told"
	before := func(db *gorm.DB) {
		if db.Statement.Context.Value(watcher{}) != nil {
			db.InstanceSet(began, s.now())
		}
	}
	after := func(db *gorm.DB) {
		fn, ok := db.Statement.Context.Value(watcher{}).(func(Statement))
		if !ok {
			return
		}
		st := Statement{SQL: db.Statement.SQL.String(), Args: db.Statement.Vars}
		if at, ok := db.InstanceGet(began); ok {
			st.Began, _ = at.(time.Time)
			st.Took = s.now().Sub(st.Began)
		}
		fn(st)
	}
	c := db.Callback()
	return errors.Join(
		c.Create().Before("gorm:create").Register(began, before), c.Create().After("gorm:create").Register(told, after),
		c.Query().Before("gorm:query").Register(began, before), c.Query().After("gorm:query").Register(told, after),
		c.Update().Before("gorm:update").Register(began, before), c.Update().After("gorm:update").Register(told, after),
		c.Delete().Before("gorm:delete").Register(began, before), c.Delete().After("gorm:delete").Register(told, after),
		c.Row().Before("gorm:row").Register(began, before), c.Row().After("gorm:row").Register(told, after),
		c.Raw().Before("gorm:raw").Register(began, before), c.Raw().After("gorm:raw").Register(told, after),
	)
}
