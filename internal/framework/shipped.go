package framework

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"countersign/frameworks"
	"countersign/internal/countersign"
)

// Loaded is a framework with the file that it was read from.
type Loaded struct {
	Name      string // <id>/<version>.yaml
	Data      []byte
	Framework countersign.Framework
}

var shipped = sync.OnceValues(func() ([]Loaded, error) {
	names, err := fs.Glob(frameworks.FS, "*/*.yaml") // sorted
	if err != nil {
		return nil, fmt.Errorf("framework: list the shipped files: %w", err)
	}
	var all []Loaded
	for _, name := range names {
		data, err := fs.ReadFile(frameworks.FS, name)
		if err != nil {
			return nil, fmt.Errorf("framework: %w", err)
		}
		f, err := Parse(name, data)
		if err != nil {
			return nil, fmt.Errorf("framework: a shipped file is refused: %w", err)
		}
		all = append(all, Loaded{name, data, f})
	}
	slices.SortFunc(all, func(a, b Loaded) int {
		return cmp.Or(
			cmp.Compare(a.Framework.ID, b.Framework.ID),
			CompareVersions(a.Framework.Version, b.Framework.Version),
		)
	})
	return all, nil
})

// Shipped returns the frameworks that are built into the program, by id and
// then version, oldest first. They are read once; callers must not change
// what the slices inside hold.
func Shipped() ([]Loaded, error) {
	all, err := shipped()
	return slices.Clone(all), err
}
