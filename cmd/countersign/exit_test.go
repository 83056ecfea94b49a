package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The exit codes are a promise to scripts: 0 done, 1 refused, 2 wrong usage.
func TestExitCodes(t *testing.T) {
	t.Setenv("COUNTERSIGN_DATA", t.TempDir())
	missing := filepath.Join(t.TempDir(), "missing.yaml")
	for _, tc := range []struct {
		line string
		want int
	}{
		{"version", 0},
		{"framework", 0},
		{"framework list", 0},
		{"framework diff gpa-combined@1.0.0 gpa-combined", 0},
		{"framework diff gpa-combined nonsense", exitRefused},
		{"framework diff gpa-combined " + missing, exitRefused},
		{"framework diff gpa-combined", exitUsage},
		{"framework validate " + missing, exitRefused},
		{"user add --email a@example.org --name A --role admin@NOWHERE", exitRefused},
		{"user add --email a@example.org --name A --role boss@ENGLAND", exitRefused},
		{"token create --email nobody@example.org", exitRefused},
		{"nonsense", exitUsage},
		{"framework nonsense", exitUsage},
		{"framework validate", exitUsage},
		{"migrate up down", exitUsage},
		{"migrate sideways", exitUsage},
		{"user add", exitUsage},
		{"token create", exitUsage},
		{"portfolio 1", exitUsage},
		{"serve --nonsense", exitUsage},
	} {
		if got := run(t.Context(), strings.Fields(tc.line)); got != tc.want {
			t.Errorf("countersign %s exits with %d, want %d", tc.line, got, tc.want)
		}
	}
}
