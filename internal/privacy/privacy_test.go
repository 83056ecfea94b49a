package privacy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"countersign/internal/countersign"
)

func TestFindNHSNumber(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text, want string // want is what is marked as the number; empty for nothing
	}{
		{"plain", "9434765919", "9434765919"},
		{"in a sentence", "Seen with 9434765919, well.", "9434765919"},
		{"grouped with spaces", "NHS no 943 476 5919.", "943 476 5919"},
		{"with no-break spaces", "943\u00a0476\u00a05919", "943\u00a0476\u00a05919"},
		{"with narrow no-break spaces", "943\u202f476\u202f5919", "943\u202f476\u202f5919"},
		{"with hyphens", "943-476-5919", "943-476-5919"},
		{"with non-breaking hyphens", "943\u2011476\u20115919", "943\u2011476\u20115919"},
		{"with dashes", "943–476—5919", "943–476—5919"},
		{"with dots", "943.476.5919", "943.476.5919"},
		{"with mixed separators", "943 - 476. 5919", "943 - 476. 5919"},
		{"fullwidth", "９４３４７６５９１９", "９４３４７６５９１９"},
		{"fullwidth grouped", "９４３　４７６－５９１９", "９４３　４７６－５９１９"},
		{"Arabic-Indic", "٩٤٣٤٧٦٥٩١٩", "٩٤٣٤٧٦٥٩١٩"},
		{"mixed scripts", "94３4765919", "94３4765919"},
		{"zero-width space inside", "94\u200b34765919", "94\u200b34765919"},
		{"soft hyphen and joiner between groups", "943\u00ad 476 \u20605919", "943\u00ad 476 \u20605919"},
		{"check digit nought", "100 000 0060", "100 000 0060"},
		{"a placeholder that passes the check", "000 000 0000", "000 000 0000"},
		{"a test number of the 999 range", "999 000 0018", "999 000 0018"},
		{"letters touching it", "NHS9434765919x", "9434765919"},
		{"after another number and a space", "Room 12 943 476 5919", "943 476 5919"},
		{"after three digits", "123 943 476 5919", "943 476 5919"},
		{"after invalid bytes", "\xff\xfe943 476 5919\xc3", "943 476 5919"},

		{"nothing", "", ""},
		{"no digits", "Explained the procedure, consent given.", ""},
		{"wrong check digit", "9434765918", ""},
		{"transposed digits", "9437465919", ""},
		{"check would be ten", "1000000010", ""},
		{"nine digits", "943476591", ""},
		{"eleven digits", "94347659190", ""},
		{"inside a longer run", "19434765919", ""},
		{"inside a longer run through a zero-width space", "1\u200b9434765919", ""},
		{"grouped with a digit more", "943 476 59190", ""},
		{"grouped with a digit before", "1943 476 5919", ""},
		{"grouped otherwise", "94347 65919", ""},
		{"a card number's groups", "9434 7659 1900", ""},
		{"parted by tabs", "943\t476\t5919", ""},
		{"parted by line ends", "943\n476\n5919", ""},
		{"too far apart", "943    476    5919", ""},
		{"half grouped", "943 4765919", ""},
		{"a unique learner number", "9276308686", ""},
		{"a phone number", "0161 496 0000, +44 7700 900123, 01632 960 001", ""},
		{"a date and time", "2026-11-21 10:45:30", ""},
		{"superscripts are not digits", "⁹⁴³⁴⁷⁶⁵⁹¹⁹", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			for _, f := range Certain(tc.text) {
				if f.Kind != NHSNumber {
					t.Errorf("kind %q", f.Kind)
				}
				got += tc.text[f.Start:f.End]
			}
			if got != tc.want {
				t.Errorf("Find(%q) = %q, want %q", tc.text, got, tc.want)
			}
		})
	}
}

func TestFindTellsEveryPlace(t *testing.T) {
	t.Parallel()
	text := "First 9434765919, then 999 000 0018 and 943.476.5919."
	var got []string
	for _, f := range Certain(text) {
		got = append(got, text[f.Start:f.End])
	}
	want := []string{"9434765919", "999 000 0018", "943.476.5919"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFindStopsAtMaxFindings(t *testing.T) {
	t.Parallel()
	if got := len(Certain(strings.Repeat("9434765919 ", MaxFindings+5))); got != MaxFindings {
		t.Errorf("got %d findings, want %d", got, MaxFindings)
	}
}

func TestMarkedQuotesWholeWordsAround(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"alone", "943 476 5919", "943 476 5919"},
		{
			"cut on both sides", "On Tuesday the patient was seen with 943 476 5919 on the form before blood was taken.",
			"… patient was seen with 943 476 5919 on the form before …",
		},
		{"not cut when short", "seen: 943 476 5919.", "seen: 943 476 5919."},
		{"on one line", "bloods\r\n\tfor 943 476 5919\n\nthen home", "bloods for 943 476 5919 then home"},
		{"one long word", strings.Repeat("x", 40) + "9434765919", "…" + strings.Repeat("x", 24) + "9434765919"},
		{"without marks of direction", "\u202eseen 943 476 5919\u202c", "seen 943 476 5919"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := Find(tc.text)[0].Marked; got != tc.want {
				t.Errorf("Marked = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"clean", "Took blood from a patient in her forties.", ""},
		{
			"one", "Was seen with 943 476 5919 on the form.",
			"This looks like an NHS number: “Was seen with 943 476 5919 on the form.”. Take it out: no patient may be identifiable.",
		},
		{
			"two", "9434765919 9990000018",
			"This looks like an NHS number: “9434765919 9990000018”. There is 1 more. Take them out: no patient may be identifiable.",
		},
		{
			"three far apart", "9434765919" + strings.Repeat(" word", 6) + " 9990000018" + strings.Repeat(" word", 6) + " 943.476.5919",
			"This looks like an NHS number: “9434765919 word word word word …”. There are 2 more. Take them out: no patient may be identifiable.",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := Check("narrative", tc.text)
			if tc.want == "" {
				if err != nil {
					t.Fatalf("Check() = %v, want nil", err)
				}
				return
			}
			var e *countersign.Error
			if !errors.As(err, &e) {
				t.Fatalf("Check() = %v, want a countersign.Error", err)
			}
			want := &countersign.Error{
				Kind: countersign.Invalid, Message: tc.want,
				Fields: []countersign.FieldError{{Field: "narrative", Message: tc.want}},
			}
			if diff := cmp.Diff(want, e); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCheckFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"certificate.pdf":              "",
		"IMG_20261121_104530.jpg":      "",
		"943_476_5919_wound.jpg":       "“943_476_5919_wound.jpg”",
		"NHS-943-476-5919.pdf":         "“NHS-943-476-5919.pdf”",
		"bloods 9434765919 (copy).jpg": "“bloods 9434765919 (copy).jpg”",
	} {
		err := CheckFileName("file", name)
		if want == "" {
			if err != nil {
				t.Errorf("CheckFileName(%q) = %v, want nil", name, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Rename the file") {
			t.Errorf("CheckFileName(%q) = %v, want it to quote %s", name, err, want)
		}
	}
}

// digitValue relies on this.
func TestUnicodeDigitsStandInWholeTens(t *testing.T) {
	t.Parallel()
	for _, x := range unicode.Nd.R16 {
		if x.Stride != 1 || (x.Hi-x.Lo+1)%10 != 0 {
			t.Errorf("range %U-%U stride %d", x.Lo, x.Hi, x.Stride)
		}
	}
	for _, x := range unicode.Nd.R32 {
		if x.Stride != 1 || (x.Hi-x.Lo+1)%10 != 0 {
			t.Errorf("range %U-%U stride %d", x.Lo, x.Hi, x.Stride)
		}
	}
}

// nineDigits draws the first nine digits and returns them with their weighted
// sum modulo 11.
func nineDigits(t *rapid.T) (string, int) {
	var b strings.Builder
	sum := 0
	for i := range 9 {
		d := rapid.IntRange(0, 9).Draw(t, "digit")
		sum += d * (10 - i)
		fmt.Fprint(&b, d)
	}
	return b.String(), sum % 11
}

// nhsNumber draws a valid NHS number.
func nhsNumber(t *rapid.T) string {
	for {
		nine, r := nineDigits(t)
		if check := (11 - r) % 11; check != 10 {
			return fmt.Sprint(nine, check)
		}
	}
}

func TestPropertyAnyWayOfWritingIsFoundWhereItIs(t *testing.T) {
	t.Parallel()
	zeros := []rune{'0', '0', '0', '０', '٠', '०', '𝟎', '\U0001fbf0'}
	rapid.Check(t, func(t *rapid.T) {
		number := nhsNumber(t)
		if rapid.Bool().Draw(t, "grouped") {
			sep := rapid.StringOfN(rapid.SampledFrom([]rune(" \u00a0\u2003-‑–.\uff0e")), 1, maxSeparators, -1)
			number = number[:3] + sep.Draw(t, "first") + number[3:6] + sep.Draw(t, "second") + number[6:]
		}
		written := strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return rapid.SampledFrom(zeros).Draw(t, "script") + r - '0'
			}
			return r
		}, number)
		before := rapid.StringMatching(`([a-zé“ \n,]|[0-9]{1,2}[a-z])*`).Draw(t, "before")
		after := rapid.StringMatching(`([a-zé” \n,]|[a-z][0-9]{1,2})*`).Draw(t, "after")
		found := Certain(before + written + after)
		if len(found) != 1 || found[0].Start != len(before) || found[0].End != len(before)+len(written) {
			t.Fatalf("Find(%q + %q + %q) = %+v", before, written, after, found)
		}
	})
}

func TestPropertyOneWrongDigitIsNeverAnNHSNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(nhsNumber(t))
		i := rapid.IntRange(0, 9).Draw(t, "place")
		number[i] = '0' + (number[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if found := Certain(string(number)); found != nil {
			t.Fatalf("Find(%q) = %+v", number, found)
		}
	})
}

func TestPropertyALearnerNumberIsNeverAnNHSNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		nine, r := nineDigits(t)
		if r == 0 {
			return // no ULN
		}
		uln := fmt.Sprint(nine, 10-r)
		if found := Certain(uln); found != nil {
			t.Fatalf("Find(%q) = %+v", uln, found)
		}
	})
}

func TestPropertyPartOfALongerRunIsNotFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		run := rapid.StringMatching(`[0-9]*`)
		before, after := run.Draw(t, "before"), run.Draw(t, "after")
		if before+after == "" {
			return
		}
		if text := before + nhsNumber(t) + after; Certain(text) != nil {
			t.Fatalf("Find(%q) = %+v", text, Find(text))
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"", "943 476 5919", "９４３　４７６－５９１９", "9\u200b434765919", "\xff9434765919\xf0\x90", "123 943 476 5919 0000000000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, found := range Certain(text) {
			if found.Start < last || found.End <= found.Start || found.End > len(text) {
				t.Fatalf("Find(%q): bad place %+v", text, found)
			}
			last = found.End
			var digits strings.Builder
			for _, r := range text[found.Start:found.End] {
				if unicode.Is(unicode.Nd, r) {
					digits.WriteByte('0' + digitValue(r))
				}
			}
			if n := digits.Len(); n != nhsDigits || len(Certain(digits.String())) != 1 {
				t.Fatalf("Find(%q) marked %q, whose digits are %q", text, text[found.Start:found.End], digits.String())
			}
			if !utf8.ValidString(found.Marked) {
				t.Fatalf("Find(%q): Marked isn't valid UTF-8: %q", text, found.Marked)
			}
			if before := text[:found.Start]; before != "" {
				if r, _ := utf8.DecodeLastRuneInString(before); unicode.Is(unicode.Nd, r) {
					t.Fatalf("Find(%q) marked part of a longer run: %+v", text, found)
				}
			}
		}
		if err := Check("text", text); (err == nil) != (Certain(text) == nil) {
			t.Fatalf("Check(%q) = %v", text, err)
		}
	})
}

// Text that is all digits, separators or invisible characters must not cost
// more than its length, as the guard runs on whole documents: with a cost that
// grows by the square this test wouldn't end.
func TestFindIsLinear(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"1", "123 ", "123\u200b", "\u200b", "1\u200b", "123   ", "９", "Mrs ", "patient called ", "@", "1/1/", "07 ", "B1 ", "A", "NHS 1 "} {
		Find(strings.Repeat(part, 1_000_000/len(part)))
	}
}

// What is found stands in the text, doesn't overlap, and is quoted as text.
func FuzzFindEverything(f *testing.F) {
	for _, l := range append(corpus(f, "dev"), labelled{text: "Mr\u00ad O’ D.O.B.\n1/1/30 +44 (0) EC1A1BB @a.b"}) {
		f.Add(l.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Find(text)
		if len(found) > MaxFindings {
			t.Fatalf("Find(%q): %d findings", text, len(found))
		}
		for i, a := range found {
			if a.Start < 0 || a.End <= a.Start || a.End > len(text) || !utf8.ValidString(a.Marked) || looks[a.Kind] == "" {
				t.Fatalf("Find(%q): bad finding %+v", text, a)
			}
			for _, b := range found[i+1:] {
				if a.overlaps(b) || b.Certain && !a.Certain {
					t.Fatalf("Find(%q): %+v, then %+v", text, a, b)
				}
			}
		}
	})
}

// A long document is searched in pieces: what stands at their edges is found
// once, wherever the edge falls.
func TestFindsAtTheEdgesOfPiecesAreFoundOnce(t *testing.T) {
	t.Parallel()
	const text = "The patient gave 07700 900123 and Mrs Fenwick-Shaw rang. "
	for _, shift := range []int{0, 1, 7, 20, 30, 40} {
		long := strings.Repeat(" ", piece-len(text)+shift) + text + text
		if got := len(Find(long)); got != 4 {
			t.Errorf("shifted by %d: %d findings, want 4", shift, got)
		}
	}
}

// The scan of the longest text that a form takes costs at most ten times what
// one pass with one compiled expression over it does.
func BenchmarkFind(b *testing.B) {
	reflective := strings.Repeat("I explained the 24-hour monitor to Mrs B, fitted it at 10:45 with the nurse and booked her return for 21/11. ", 240)[:20_000]
	digits := strings.Repeat("123 456 7891, ", 1_430)[:20_000]
	welsh := strings.Repeat("Esboniais y prawf gwaed i'r claf – ŵyr ei fam-gu. ", 480)[:20_000]
	pass := regexp.MustCompile(`[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}`)
	for name, text := range map[string]string{"prose": reflective, "digits": digits, "accented": welsh} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var scanning, passing time.Duration
			for b.Loop() {
				begun := time.Now()
				Find(text)
				scanned := time.Now()
				pass.FindAllStringIndex(text, -1)
				scanning, passing = scanning+scanned.Sub(begun), passing+time.Since(scanned)
			}
			ratio := float64(scanning) / float64(passing)
			b.ReportMetric(ratio, "passes")
			if ratio > 10 {
				b.Errorf("the scan costs %.1f passes, want 10 at most", ratio)
			}
		})
	}
}
