package framework_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// FuzzParse looks for text that makes Parse panic, report something useless,
// or accept what doesn't read back as the same framework. Run it with
// -fuzzminimizetime=10x: coverage varies from run to run (maps), and the
// default keeps minimising for a minute each time.
func FuzzParse(f *testing.F) {
	whole := small(f)
	f.Add([]byte(whole))
	f.Add([]byte(strings.ReplaceAll(whole, "\n", "\r\n")))
	f.Add([]byte("\ufeff---\n" + whole + "...\n"))
	for _, s := range []string{
		`{"id": "a", "scale": {"levels": [1e999, -0, "\ud800", null, true]}}`, `{"a": {"a": 1, "a": 2}}`, `{}`, "{\"id\":\t\"\\u0000\"}",
		"", "\n", "#", "id", "id:", "id: [", "id: {a: b}", "- - -", "? a", "a: &b *b", "<<: *a", "!!map {}", "%YAML 1.2\n---\n",
		"a: |\n\n\n x", "a: >2\n   x\n", "a: \"\\ud800\"", "\x00", "\xff", "a: 'b", "{}", "[]", "null", "~", "---\n---\n", "a:\n b\n  c", "domains: [{competencies: [{requires: {kinds: [[]]}}]}]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := framework.Parse("a/1.0.0.yaml", data)
		if err != nil {
			var e *framework.Error
			if !errors.As(err, &e) || len(e.Problems) == 0 {
				t.Fatalf("error without problems: %v", err)
			}
			if countersign.KindOf(err) != countersign.Invalid {
				t.Fatalf("kind %v, want Invalid", countersign.KindOf(err))
			}
			for _, p := range e.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" || !utf8.ValidString(p.Message) || strings.ContainsAny(p.Message, "\n\x00") {
					t.Fatalf("useless problem %#v", p)
				}
				if lines := strings.Count(string(data), "\n") + 1; p.Line > lines {
					t.Fatalf("problem on line %d of %d: %s", p.Line, lines, p.Message)
				}
			}
			return
		}
		if got.SHA256 != framework.Checksum(data) {
			t.Fatalf("checksum %s", got.SHA256)
		}
		sameBack(t, got)
	})
}
