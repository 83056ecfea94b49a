package view

import (
	"strings"
	"testing"
)

// marked writes changes as "[-gone-]" and "{+come+}".
func marked(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		switch {
		case c.Removed:
			b.WriteString("[-" + c.Text + "-]")
		case c.Added:
			b.WriteString("{+" + c.Text + "+}")
		default:
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("one two three four five\n", 2000)
	for _, tc := range []struct{ name, before, after, want string }{
		{"nothing", "", "", ""},
		{"equal", "I took it", "I took it", "I took it"},
		{"all new", "", "I took it", "{+I took it+}"},
		{"all gone", "I took it", "", "[-I took it-]"},
		{"a word in the middle", "I took blood today", "I took three readings today", "I took [-blood -]{+three readings +}today"},
		{"at the end", "I took", "I took it", "I [-took-]{+took it+}"},
		{"a line added", "One\nTwo\n", "One\nOne and a half\nTwo\n", "One\n{+One and a half\n+}Two\n"},
		{"other scripts", "Siân 🙂 病人", "Siân 🙃 病人", "Siân [-🙂 -]{+🙃 +}病人"},
		{"a long text, its middle changed", long + "x\n" + long, long + "y\n" + long, long + "[-x\n-]{+y\n+}" + long},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := marked(Diff(tc.before, tc.after)); got != tc.want {
				t.Errorf("Diff() = %.200q, want %.200q", got, tc.want)
			}
		})
	}
}

// FuzzDiff: what isn't added is the text before, what isn't removed the text
// after.
func FuzzDiff(f *testing.F) {
	f.Add("I took blood", "I took three readings")
	f.Add("\xff a", " \n")
	f.Fuzz(func(t *testing.T, before, after string) {
		var was, is strings.Builder
		for _, c := range Diff(before, after) {
			if !c.Added {
				was.WriteString(c.Text)
			}
			if !c.Removed {
				is.WriteString(c.Text)
			}
		}
		if was.String() != before || is.String() != after {
			t.Errorf("Diff(%q, %q) gives %q and %q", before, after, was.String(), is.String())
		}
	})
}
