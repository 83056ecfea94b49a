package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/store"
)

// Frameworks lists every loaded version, by id, the newest version first. A
// framework is public.
func (s *Service) Frameworks(ctx context.Context) ([]store.FrameworkRow, error) {
	var rows []store.FrameworkRow
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.FrameworkRows()
		return err
	})
	slices.SortStableFunc(rows, func(a, b store.FrameworkRow) int {
		if a.ID != b.ID {
			if a.ID < b.ID {
				return -1
			}
			return 1
		}
		return framework.CompareVersions(b.Version, a.Version)
	})
	return rows, err
}

// Framework returns one version whole, or the newest published one for an
// empty version. A framework is public.
func (s *Service) Framework(ctx context.Context, id, version string) (countersign.Framework, error) {
	var f countersign.Framework
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if version != "" {
			f, err = s.framework(tx, id, version)
			return err
		}
		f, err = s.published(tx, id, "")
		if countersign.KindOf(err) == countersign.Invalid {
			return countersign.Refuse(countersign.NotFound, "There is no such framework")
		}
		return err
	})
	return f, err
}

// FrameworkRelease is a version with what an export says about it.
type FrameworkRelease struct {
	Framework countersign.Framework
	File      []byte                 // byte for byte
	Previous  *countersign.Framework // the version before; nil if there is none
	LoadedAt  time.Time
}

// FrameworkRelease returns one version with its file and its predecessor, or
// the newest published one for an empty version. A framework is public.
func (s *Service) FrameworkRelease(ctx context.Context, id, version string) (FrameworkRelease, error) {
	f, err := s.Framework(ctx, id, version)
	if err != nil {
		return FrameworkRelease{}, err
	}
	r := FrameworkRelease{Framework: f}
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if r.File, err = tx.FrameworkSource(f.ID, f.Version); err != nil {
			return err
		}
		rows, err := tx.FrameworkRows()
		before := ""
		for _, row := range rows {
			switch {
			case row.ID != f.ID:
			case row.Version == f.Version:
				r.LoadedAt = row.LoadedAt
			case framework.CompareVersions(row.Version, f.Version) < 0 && (before == "" || framework.CompareVersions(row.Version, before) > 0):
				before = row.Version
			}
		}
		if err != nil || before == "" {
			return err
		}
		previous, err := s.framework(tx, f.ID, before)
		r.Previous = &previous
		return err
	})
	return r, err
}

// published returns a version that can be enrolled on; the newest for an
// empty version. It fails with Invalid when there is none.
func (s *Service) published(tx *store.Tx, id, version string) (countersign.Framework, error) {
	rows, err := tx.FrameworkRows()
	if err != nil {
		return countersign.Framework{}, err
	}
	newest := ""
	for _, r := range rows {
		if r.ID != id || r.Status != string(countersign.FrameworkPublished) || version != "" && r.Version != version {
			continue
		}
		if newest == "" || framework.CompareVersions(r.Version, newest) > 0 {
			newest = r.Version
		}
	}
	if newest == "" {
		return countersign.Framework{}, countersign.InvalidField("framework", fmt.Sprintf("There is no published framework %s %s", id, version))
	}
	return s.framework(tx, id, newest)
}

// LoadFramework brings in a framework file. The same version with the same
// bytes changes nothing; with other bytes it is a Conflict: a released
// version never changes.
func (s *Service) LoadFramework(ctx context.Context, actor authz.Actor, name string, data []byte) (countersign.Framework, error) {
	if _, err := actor.Check(authz.LoadFramework, authz.Subject{}); err != nil {
		return countersign.Framework{}, err
	}
	f, err := framework.Parse(name, data)
	if err != nil {
		return f, err
	}
	return f, s.store.Write(ctx, func(tx *store.Tx) error { return tx.AddFramework(f, data) })
}

// Prepare loads the shipped frameworks and the organisation ENGLAND; every
// start does.
func (s *Service) Prepare(ctx context.Context) error {
	shipped, err := framework.Shipped()
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		for _, l := range shipped {
			// A version that was made here under the same number stays.
			if err := tx.AddFramework(l.Framework, l.Data); err != nil && countersign.KindOf(err) != countersign.Conflict {
				return err
			}
		}
		_, err := tx.OrganisationByCode("ENGLAND")
		if countersign.KindOf(err) != countersign.NotFound {
			return err
		}
		_, err = tx.AddOrganisation(countersign.Organisation{Code: "ENGLAND", Name: "England", Kind: countersign.National})
		return err
	})
	if err != nil && countersign.KindOf(err) != countersign.Conflict { // of another server, starting at the same moment
		return err
	}
	return s.prepareKey(ctx)
}
