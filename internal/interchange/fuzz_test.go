package interchange_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

// sound fails unless the bytes are read as a framework that the format writes
// and reads again, or refused with words.
func sound(t *testing.T, format interchange.Format, data []byte) {
	t.Helper()
	o := interchange.Options{ID: "own", Title: "Our own", Version: "1.0.0"}
	draft, err := interchange.Decode(format, data, o)
	if err != nil {
		var e *interchange.Error
		if !errors.As(err, &e) || len(e.Problems) == 0 || countersign.KindOf(err) != countersign.Invalid {
			t.Fatalf("no refusal: %v", err)
		}
		for _, p := range e.Problems {
			if p.Message == "" || !utf8.ValidString(p.String()) || strings.ContainsAny(p.String(), "\n\x00") {
				t.Fatalf("useless problem %q", p.String())
			}
		}
		return
	}
	written, err := interchange.Release{Framework: draft.Framework, ChangedAt: loaded, BaseURL: "https://learn.example.org"}.Encode(format)
	if err != nil {
		t.Fatalf("what was read can't be written: %v", err)
	}
	o.Base = &draft.Framework
	if _, err := interchange.Decode(format, written, o); err != nil {
		t.Fatalf("what was written can't be read: %v\n%s", err, written)
	}
}

// seed adds the smallest shipped framework in a format, and what is like it.
func seed(f *testing.F, format interchange.Format, more ...string) {
	f.Helper()
	var least []byte
	for _, r := range releases(f) {
		if data := encode(f, r, format); least == nil || len(data) < len(least) {
			least = data
		}
	}
	f.Add(least)
	f.Add(least[:len(least)/2])
	for _, s := range more {
		f.Add([]byte(s))
	}
}

func FuzzCSV(f *testing.F) {
	seed(f, interchange.CSV, table, strings.ReplaceAll(table, ",", ";"), "\ufeff"+table, "a,\"b\n", "\"\"\"", "=1+1", "\r\r\n,,", "domain_code\n"+strings.Repeat("x,", 100))
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, interchange.CSV, data) })
}

func FuzzMoodleCSV(f *testing.F) {
	seed(f, interchange.MoodleCSV, ",,,,,,,,,,,,1,\n", "Parent ID number,ID number\n0,0\n", `a,b,"<p>x</p><h4>y</h4>",1,"A,B","[{""scaleid"":""2""}]"`)
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, interchange.MoodleCSV, data) })
}

func FuzzCASE(f *testing.F) {
	seed(f, interchange.CASE, "{}", `{"CFDocument":null,"CFItems":[{}]}`, `{"CFDocument":{"title":"a","identifier":"x"},"CFItems":[{"identifier":"a","fullStatement":"b"}],"CFAssociations":[{"associationType":"isChildOf","originNodeURI":{"identifier":"a"},"destinationNodeURI":{"identifier":"a"}}]}`)
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, interchange.CASE, data) })
}

// FuzzXLSX looks at the ZIP and the XML of a workbook, which a library reads.
func FuzzXLSX(f *testing.F) {
	seed(f, interchange.XLSX, "PK\x05\x06"+strings.Repeat("\x00", 18))
	f.Fuzz(func(t *testing.T, data []byte) { sound(t, interchange.XLSX, data) })
}
