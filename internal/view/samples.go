package view

import "slices"

// Sample is one variant of a page with invented data, for countersign
// storybook and for tests: empty, typical, full, wrong.
type Sample struct {
	Name string // "sign-in: wrong password"
	Page Page
}

// _samples makes the samples of every page. Each page file adds its own in
// init, so that a page without samples can't be merged unseen: a test fails
// for a template that no sample draws.
var _samples []func() []Sample

// addSamples registers a page's samples. Call it from the page's file:
//
//	func init() { addSamples(func() []Sample { return []Sample{{"help", &HelpPage{…}}} }) }
func addSamples(f func() []Sample) { _samples = append(_samples, f) }

// Samples returns every sample, freshly made, by name. They are the same every
// time: no clock, no chance.
func Samples() []Sample {
	var all []Sample
	for _, f := range _samples {
		all = append(all, f()...)
	}
	slices.SortFunc(all, func(a, b Sample) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}
