package framework_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/framework"
)

func TestParseRefusesWhatIsNotPlainYAML(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"1:1: the file is empty"}},
		{"only a comment", "# nothing\n", []string{"1:1: the file is empty"}},
		{"invalid UTF-8", "id: a\ntitle: caf\xe9\n", []string{"2:11: this isn't valid UTF-8; save the file as UTF-8"}},
		{"UTF-16", "\xff\xfei\x00d\x00", []string{"1:1: this isn't valid UTF-8; save the file as UTF-8"}},
		{"NUL", "id: é\x00b\n", []string{"1:6: control character U+0000; remove it"}},
		{"a bell", "id: a\n\n# \a\n", []string{"3:3: control character U+0007; remove it"}},
		{"old line endings", "id: a\rtitle: b\r", []string{"1:6: control character U+000D; remove it"}},
		{"a tab for indentation", "role:\n\ttitle: b\n", []string{"2:1: this isn't well-formed YAML: found character '?' that cannot start any token"}},
		{"an open bracket", "sources: [a\n", []string{"1:10: this isn't well-formed YAML: sequence end token ']' not found"}},
		{"a colon in a text", "title: a: b\n", []string{"1:8: this isn't well-formed YAML: mapping value is not allowed in this context"}},
		{"two documents", "id: a\n---\nid: b\n", []string{"3:1: a framework file holds one document; this starts a second one"}},
		{"an anchor and an alias", "id: &a x\ntitle: *a\n", []string{
			"1:5: anchors (&) aren't allowed; write the value out, or put text that begins with & in quotes",
			"2:8: aliases (*) aren't allowed; write the value out, or put text that begins with * in quotes"}},
		{"a cycle", "role: &r\n  duties: [*r]\n", []string{
			"1:7: anchors (&) aren't allowed; write the value out, or put text that begins with & in quotes",
			"2:12: aliases (*) aren't allowed; write the value out, or put text that begins with * in quotes"}},
		{"a merge key", "role:\n  <<: {title: a}\n", []string{"2:3: merge keys (<<) aren't allowed; write the keys out"}},
		{"a tag", "id: !!binary aGk=\n", []string{"1:5: tags (!) aren't allowed; put text that begins with ! in quotes"}},
		{"a directive", "%YAML 1.1\n---\nid: a\n", []string{"1:1: directives (%) aren't allowed; put text that begins with % in quotes"}},
		{"a complex key", "? id\n: a\n", []string{`1:1: complex keys (?) aren't allowed; write "key: value"`}},
		{"too large", strings.Repeat("#\n", framework.MaxBytes/2) + "#", []string{"1:1: the file has 1048577 bytes; at most 1048576 are read"}},
		{"too many lines", strings.Repeat("#\n", 10_001), []string{"10001:1: more than 10000 lines"}},
	} {
		_, err := framework.Parse("", []byte(tc.text))
		if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// A framework can be uploaded, so no text of the size allowed may cost more
// than about a second or end the program. Each of these did, or does, with the
// YAML reader on its own.
func TestParseIsSafeFromHostileFiles(t *testing.T) {
	t.Parallel()
	// A quarter of the size allowed keeps the test quick; what isn't linear
	// shows well before.
	fill := func(s string) string { return strings.Repeat(s, framework.MaxBytes/4/len(s)) }
	for name, text := range map[string]string{
		"brackets":             fill("["),
		"brackets by line":     strings.Repeat("[\n", 9_900),
		"braces":               fill("{a: "),
		"dashes":               fill("- "),
		"question marks":       fill("? "),
		"anchors":              fill("&a "),
		"blank lines in text":  "a: |\n  x\n" + fill("\n"),
		"blank lines, some":    "a: |\n  x\n" + strings.Repeat(strings.Repeat("\n", 50)+"  x\n", 190),
		"blank lines of space": "a: |\n  x\n" + strings.Repeat(" \n", 9_900),
		"one key many times":   strings.Repeat("a: 1\n", 5_000),
		"many keys":            "{" + strings.Repeat("a: 1, ", 12_000) + "}",
		"a long list":          "sources: [" + strings.Repeat("1,", 29_000) + "]",
		"one long word":        fill("a"),
		"one long text":        `id: "` + fill("a")[10:] + `"`,
		"an unending text":     `id: "` + fill("a")[10:],
		"escapes":              `id: "` + fill(`\n`)[10:] + `"`,
		"deep indentation": func() string {
			var b strings.Builder
			for i := range 1000 {
				b.WriteString(strings.Repeat(" ", i) + "a:\n")
			}
			return b.String()
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			if _, err := framework.Parse("", []byte(text)); err == nil {
				t.Error("accepted")
			}
			if took := time.Since(begun); took > 20*time.Second { // generous: tests share the machine, and run with the race detector
				t.Errorf("took %v", took)
			}
		})
	}
}
