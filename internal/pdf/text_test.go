package pdf

import (
	"context"
	"math"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{"plain text as it is", "Dr Bell (GP) \\ 5 > 4", "Dr Bell (GP) \\ 5 > 4"},
		{"Welsh, Polish, Vietnamese", "ŷ ŵ Ń ł ę Nguyễn Ặ", "ŷ ŵ Ń ł ę Nguyễn Ặ"},
		{"decomposed letters are composed", "Zoe\u0308 e\u0302\u0303", "Zoë ễ"},
		{"line breaks of every kind", "a\r\nb\rc\u2028d\u2029e\u0085f\vg", "a\nb\nc\nd\ne\nf\ng"},
		{"tabs", "a\tb", "a    b"},
		{"controls, joiners, marks of direction", "a\x00b\x1b\u200b\u200d\u202e\u2066\ufeff\u00adc", "abc"},
		{"bytes that aren't UTF-8", "a\xffb", "a\uFFFDb"},
		{"emoji by name", "ok 😀!", "ok [grinning face]!"},
		{"skin tones", "👍🏾", "[thumbs up sign, medium-dark skin tone]"},
		{"joined emoji", "👨‍👩‍👧", "[man, woman, girl]"},
		{"symbols the font has keep no selector", "❤️ ✔️", "❤ ✔"},
		{"flags", "🇬🇧🇵🇱 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴", "[flag GB][flag PL] [flag of Scotland] [waving black flag]"},
		{"half a flag", "🇬!", "[regional indicator symbol letter g]!"},
		{"keycap", "1️⃣", "1[keycap]"},
		{"letters dressed up", "𝓐𝔹ｃ ①", "ABc ①"},
		{"letters without a glyph", "中文。", "□□□"},
		{"private use and unassigned", "\uE000 \U0003FFFF", "[U+E000] [U+3FFFF]"},
		{"Arabic letters joined", "سلام", "\uFEB3\uFEFC\uFEE1"},
		{"Hebrew", "שלום", "שלום"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := newTexts().clean(tc.in); got != tc.want {
				t.Errorf("clean(%q) = %q; want %q", tc.in, got, tc.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "Zoë 😀", "a\x00\xff\r\n", "سلام עולם 中", "🇬🇧🏴󠁧󠁢󠁷󠁬󠁳󠁿👩🏽‍⚕️", "e\u0301\u0301\u0301"} {
		f.Add(s)
	}
	m := measure()
	f.Fuzz(func(t *testing.T, s string) {
		texts := newTexts()
		got := texts.clean(s)
		for _, r := range got {
			if r != '\n' && !m.shows(r) {
				t.Fatalf("clean(%q) = %q, which holds %U, which has no glyph", s, got, r)
			}
		}
		if len(got) > 40*len(s)+40 {
			t.Errorf("%d bytes became %d", len(s), len(got))
		}
		visual(got, rightToLeft(got))
	})
}

func TestNothingIsChangedInSilence(t *testing.T) {
	t.Parallel()
	texts := newTexts()
	for r := rune(' '); r < 0x40000; r++ { // what is beyond is unassigned or private
		s := string(r)
		if texts.clean(s) == norm.NFC.String(s) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Variation_Selector) || r == 0x2028 || r == 0x2029 {
			continue
		}
		if _, known := arabicForms[r]; known {
			continue
		}
		for _, part := range norm.NFC.String(s) {
			if !texts.metrics.shows(part) && texts.changed[string(part)] == "" {
				t.Fatalf("%U is shown as %q without being listed", r, texts.clean(s))
			}
		}
	}
}

func TestVisualOrder(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{"left to right", "abc 12 (x)", "abc 12 (x)"},
		{"Hebrew", "אבג דה", "הד גבא"},
		{"a number in Hebrew", "אב 12 גד", "דג 12 בא"},
		{"brackets turn round", "אב (גד)", "(דג) בא"},
		{"Latin in Hebrew", "אב word גד", "דג word בא"},
		{"Hebrew in English", "say אב גד now", "say דג בא now"},
		{"its number stays with it", "say “אב 12” and go", "say “12 בא” and go"},
		// DejaVu draws such a mark over what comes after it on the line.
		{"a mark goes before its letter", "א\u05d1\u05bcג", "ג\u05bc\u05d1א"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := visual(tc.in, rightToLeft(tc.in)); got != tc.want {
				t.Errorf("visual(%q) = %q; want %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	d := newDoc(context.Background(), newPictures(nil))
	for _, text := range []string{
		"", " ", "one", "The quick brown fox jumps over the lazy dog and comes back for more of the same.",
		strings.Repeat("abcdefghij", 30), "a" + strings.Repeat("\u0301", 300), "x  y   z " + strings.Repeat(" ", 200) + "end",
		"self-assessment/peer-assessment and state-of-the-art co-operation-based", strings.Repeat("你", 100), "first\n\n\n\nsecond\n",
		"سلام عليكم يا عالم " + strings.Repeat("شلام ", 30),
	} {
		for _, width := range []float64{0.5, 12, 60, 166} {
			var got strings.Builder
			for _, l := range d.wrap(plainText(text), width) {
				letters := 0
				for _, f := range l.fragments {
					got.WriteString(f.text)
					for _, r := range f.text {
						if !unicode.Is(unicode.Mn, r) {
							letters++
						}
					}
				}
				if l.width > width+1e-9 && letters > 2 {
					t.Errorf("a line of %q is %.2f wide; want at most %.2f", text, l.width, width)
				}
			}
			squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if squeeze(got.String()) != squeeze(d.texts.clean(text)) {
				t.Errorf("%q became %q at %.2f", text, got.String(), width)
			}
		}
	}
	lines := d.wrap(plainText("word word word word word word"), 20)
	for i, l := range lines {
		if last := l.fragments[len(l.fragments)-1].text; i < len(lines)-1 && !strings.HasSuffix(last, " ") {
			t.Errorf("line %q has no space at its end", last)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	d := newDoc(context.Background(), newPictures(nil))
	for _, width := range []float64{0, 1, 10, 30, math.Inf(1)} {
		got := d.fit(body, "Competency framework of a General Practice Assistant", width)
		if w := d.width(body, got.text); w > max(width, d.width(body, "…")) {
			t.Errorf("fit() to %.1f gives %q, %.1f wide", width, got.text, w)
		}
	}
}

func TestWeb(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://example.org/a?b=c&d=e#f":   "https://example.org/a?b=c&d=e#f",
		" http://example.org/ŷ (1)?q=ŵ x\\": "http://example.org/%C5%B7%20%281%29?q=%C5%B5%20x\\",
		"javascript:alert(1)":               "", "file:///etc/passwd": "", "example.org": "", "https://": "", "https://ŵ.example/": "", "": "", "http://a b/": "",
	} {
		if got := web("x", address).at; got != want {
			t.Errorf("web(%q) leads to %q; want %q", address, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		count(1, "piece"): "1 piece", count(0, "piece"): "0 pieces", count(2, "competency"): "2 competencies", count(1234567, "byte"): "1,234,567 bytes",
		fileSize(999): "999 bytes", fileSize(48_213): "48 kB", fileSize(2_345_678): "2.3 MB",
		lowerFirst("GP supervisor"): "GP supervisor", lowerFirst("Assessor"): "assessor", lowerFirst("A piece"): "a piece", lowerFirst(""): "",
	} {
		if got != want {
			t.Errorf("got %q; want %q", got, want)
		}
	}
}
