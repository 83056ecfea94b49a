package view

import (
	"bytes"
	"testing"
)

func TestEverySampleRenders(t *testing.T) {
	t.Parallel()
	v := newTestView(t, Site{Demo: true})
	for _, s := range Samples() {
		t.Run(s.Name, func(t *testing.T) {
			var buf bytes.Buffer
			if err := v.Render(&buf, s.Page); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func newTestView(t testing.TB, site Site) *View {
	t.Helper()
	v, err := New(site)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
