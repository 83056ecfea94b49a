package pdf_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/framework"
	"countersign/internal/pdf"
)

// shownTitle is a title as pdftotext gives it.
func shownTitle(s string) string {
	return flat(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
}

func TestEverythingIsInTheText(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 60, 300} {
		t.Run(fmt.Sprint(n, " pieces"), func(t *testing.T) {
			s := newSample(sampleFramework(), n, false)
			d := makePDF(t, s.Portfolio, s.files)
			d.check()
			pages := d.pages()
			text := strings.Join(pages, " ")
			want := []string{"Zoë Ńowak", "Bryn Medical Centre (A81001)", "Tees Valley Training Hub", "22 November 2026 at 5:30pm", "2 December 2026",
				flat(s.Framework.Notice), "gpa-sample, version 2026.1", s.Framework.Role.Purpose, "Not in this variant", "https://www.example.org/gpa?page=1&lang=cy"}
			for _, p := range people {
				want = append(want, p.name)
			}
			for _, a := range s.Attainments {
				want = append(want, a.Code+" "+a.Title, a.Statement)
			}
			for _, p := range s.Pieces {
				if p.State != countersign.Withdrawn && !p.Quarantined {
					want = append(want, fmt.Sprint(p.Number, " ", shownTitle(p.Title)))
				}
			}
			for _, so := range s.Register() {
				want = append(want, so.Leaf[:16], flat(so.Statement))
			}
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("the text lacks %q", w)
				}
			}
			for i, p := range pages {
				if w := fmt.Sprintf("Page %d of %d", i+1, len(pages)); !strings.Contains(p, w) {
					t.Errorf("page %d lacks %q", i+1, w)
				}
			}
			if strings.Contains(text, "%!") {
				t.Error("the text holds a formatting error")
			}
		})
	}
}

func TestContentsOutlineAndLinks(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 60, false)
	d := makePDF(t, s.Portfolio, s.files)
	pages := d.pages()

	outline := map[string]int{}
	for _, b := range flatten(d.outline()) {
		outline[b.Title] = b.Page
	}
	// What a place is called in the contents, in the outline and where it is.
	places := map[string]string{"Progress by domain": "Progress by domain", "Sign-off register": "Sign-off register", "Sources and notes": "Sources and notes"}
	for _, a := range s.Attainments {
		places[a.Code+" "+a.Title] = a.Code + " " + a.Title
	}
	for _, p := range s.Pieces {
		if p.State != countersign.Withdrawn && !p.Quarantined {
			title := fmt.Sprint(p.Number, " ", shownTitle(p.Title))
			places[title] = title
		}
	}
	contents := strings.Join(pages[1:5], " ")
	for title, heading := range places {
		page, ok := outline[title]
		if !ok {
			t.Errorf("the outline lacks %q", title)
			continue
		}
		if !strings.Contains(pages[page-1], heading) {
			t.Errorf("the outline says that %q is on page %d", title, page)
		}
		m := regexp.MustCompile(regexp.QuoteMeta(title) + ` (\d+)`).FindStringSubmatch(contents)
		if m == nil {
			t.Errorf("the contents lack %q", title)
		} else if got, _ := strconv.Atoi(m[1]); got != page {
			t.Errorf("the contents say that %q is on page %d, the outline %d", title, got, page)
		}
	}
	destinations := d.destinations()
	if len(destinations) < 300 {
		t.Errorf("%d links inside the document; want more", len(destinations))
	}
	for _, page := range destinations {
		if page < 1 || page > len(pages) {
			t.Errorf("a link leads to page %d of %d", page, len(pages))
		}
	}
	if !bytes.Contains(d.data, []byte("/URI (https://www.example.org/gpa?page=1&lang=cy)")) {
		t.Error("no link to a source on the web")
	}
	top := d.outline()
	if len(top) != 9 || top[5].Title != "Competencies" || len(top[5].Kids) != 5 || len(top[5].Kids[0].Kids) != 12 {
		t.Errorf("the outline has another shape: %d sections", len(top))
	}
	if got, want := d.info("Title"), "Portfolio of Zoë Ńowak, General Practice Assistant (combined role)"; got != want {
		t.Errorf("title %q; want %q", got, want)
	}
	if got := d.info("Pages"); got != fmt.Sprint(len(pages)) {
		t.Errorf("%s pages; text of %d", got, len(pages))
	}
}

func TestReadingOrderIsDrawingOrder(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 60, false)
	text := strings.Join(makePDF(t, s.Portfolio, s.files).pages(), " ")
	at := 0
	for _, w := range []string{"Portfolio of Zoë Ńowak", "Community draft", "as at", "People", "Contents", "How to read this document Page", "Statuses", "Progress by domain 27", "Job description", "Reports to",
		"Care", "GPA-CA1", "What it requires", "In my judgement", "GPA-CL12", "60 pieces of evidence", "What was done", "Review history", "54 decisions", "The framework", "Characters shown in another way"} {
		w = strings.TrimSuffix(w, " Page")
		i := strings.Index(text[at:], w)
		if i < 0 {
			t.Fatalf("%q doesn't come after what should be before it", w)
		}
		at += i + len(w)
	}
}

func TestWithheldContentIsLeftOut(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 60, true)
	s.Pieces[20].Narrative, s.Pieces[23].Narrative = "secret narrative", "secret narrative"
	d := makePDF(t, s.Portfolio, s.files)
	text := strings.Join(d.pages(), " ")
	for _, n := range []int{20, 23} {
		if strings.Contains(text, shownTitle(s.Pieces[n].Title)) {
			t.Errorf("the title of withheld piece %d is shown", n+1)
		}
	}
	for _, w := range []string{"secret narrative", "Foto 21 ", "Foto 24 "} {
		if strings.Contains(text, w) {
			t.Errorf("the text holds %q", w)
		}
	}
	for _, w := range []string{"withdrawn on 22 November 2026 at 4:30pm", "A colleague could be recognised in it.", "hidden while a report about it is looked into", "(withdrawn since)", "Evidence withdrawn since: piece 21"} {
		if !strings.Contains(text, w) {
			t.Errorf("the text lacks %q", w)
		}
	}
}

// Every word of a wrapped paragraph stands apart from the next: gofpdf's own
// MultiCell drops the space where it breaks a line.
func TestWordsStayApart(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 9, false)
	s.Pieces[7].Reflection = strings.Repeat("supervision of measurements ", 800) + "end"
	text := strings.Join(makePDF(t, s.Portfolio, s.files).pages(), " ")
	if n := strings.Count(text, "supervision of measurements"); n < 780 { // some are parted by the foot of a page
		t.Errorf("found the phrase %d times; want 800 less those at page ends", n)
	}
	if strings.Contains(text, "supervisionof") || strings.Contains(text, "measurementssupervision") {
		t.Error("words run together")
	}
}

func TestLettersOfManyLanguages(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 1, false)
	s.Pieces[0].Narrative = "Ŵyn a'r tŷ. Zażółć gęślą jaźń. Nguyễn Thị Ề Ặ. Straße, œuvre, İstanbul. Ωμέγα. Жук. ≥ 5 ½ €\nE\u0301cole (composed)"
	s.Pieces[0].Reflection = "😀 👍🏽 👩🏽‍⚕️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇬🇧 𝓵𝓮𝓽𝓽𝓮𝓻 你好。 \u202Eevil\u202C a\u0000b\u0007c\r\nnext\u2028line"
	d := makePDF(t, s.Portfolio, s.files)
	d.check()
	text := strings.Join(d.pages(), " ")
	for _, w := range []string{"Ŵyn a'r tŷ.", "Zażółć gęślą jaźń.", "Nguyễn Thị Ề Ặ.", "Straße, œuvre, İstanbul.", "Ωμέγα. Жук. ≥ 5 ½ €", "École",
		"[grinning face] [thumbs up sign, medium skin tone] [woman, medium skin tone, staff of aesculapius] [flag of Wales] [flag GB] letter □□□ evil abc next line",
		"stands for a letter that this document's font doesn't have", "Chinese characters U+4F60, U+597D", "U+1F44D U+1F3FD"} {
		if !strings.Contains(text, w) {
			t.Errorf("the text lacks %q", w)
		}
	}
}

// What stands beside or above a text is on the same page as its beginning.
func TestNothingIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 100, true)
	for i := range s.Pieces {
		for k := range s.Pieces[i].Reviews {
			s.Pieces[i].Reviews[k].Comment = s.prose(30 + i)
		}
	}
	d := makePDF(t, s.Portfolio, s.files)
	for i, page := range strings.Split(d.run("pdftotext", "-raw", d.path, "-"), "\f") {
		lines := strings.Split(page, "\n")
		for k, l := range lines {
			if strings.TrimSpace(l) == "•" {
				t.Errorf("page %d: a bullet without its text", i+1)
			}
			// The head and the foot of a page are drawn last.
			if k+1 < len(lines) && strings.HasPrefix(lines[k+1], "Zoë Ńowak · ") {
				switch l {
				case "Reflection", "Files", "Review history", "Evidence for", "What was done", "Accepted by", "Name Type Size SHA-256", "Evidence relied on":
					t.Errorf("page %d ends with %q", i+1, l)
				}
			}
		}
	}
}

func TestEveryWordIsInsideTheMargins(t *testing.T) {
	t.Parallel()
	s := newSample(sampleFramework(), 60, true)
	s.Pieces[3].Title = strings.Repeat("A title much longer than any other ", 9)
	s.Pieces[4].Title = strings.Repeat("Donaudampfschiff", 30)
	d := makePDF(t, s.Portfolio, s.files)
	const perMM, slack = 72 / 25.4, 1.5
	words := regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*)</word>`).FindAllStringSubmatch(d.run("pdftotext", "-bbox", d.path, "-"), -1)
	if len(words) < 10_000 {
		t.Fatalf("%d words", len(words))
	}
	for _, w := range words {
		var box [4]float64
		for i := range box {
			box[i], _ = strconv.ParseFloat(w[i+1], 64)
		}
		if box[0] < 22*perMM-slack || box[2] > 188*perMM+slack || box[1] < 12*perMM || box[3] > 287*perMM {
			t.Errorf("%q is at %v", w[5], box)
		}
	}
}

func TestSameDataSameBytes(t *testing.T) {
	t.Parallel()
	// Sixty photos of the same width: gofpdf by itself would write them in
	// random order.
	s := newSample(sampleFramework(), 60, true)
	first := makePDF(t, s.Portfolio, s.files)
	for range 2 {
		again := newSample(sampleFramework(), 60, true)
		if d := makePDF(t, again.Portfolio, again.files); !bytes.Equal(first.data, d.data) {
			t.Fatal("the same portfolio gave other bytes")
		}
	}
}

func TestShippedFrameworks(t *testing.T) {
	t.Parallel()
	shipped, err := framework.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range shipped {
		t.Run(l.Name, func(t *testing.T) {
			s := newSample(l.Framework, 49, false)
			d := makePDF(t, s.Portfolio, s.files)
			d.check()
			text := strings.Join(d.pages(), " ")
			for _, duty := range l.Framework.Role.Duties {
				if !strings.Contains(text, flat(duty.Code+" "+duty.Text)) {
					t.Errorf("the text lacks duty %s", duty.Code)
				}
			}
			for _, c := range l.Framework.Competencies() {
				if !strings.Contains(text, flat(c.Code+" "+c.Title)) || !strings.Contains(text, flat(c.Statement)) {
					t.Errorf("the text lacks competency %s", c.Code)
				}
			}
			if !strings.Contains(text, flat(l.Framework.Notice)) {
				t.Error("the text lacks the notice")
			}
			for _, rule := range l.Framework.Rules() {
				for _, line := range rule.Lines {
					if want := flat(line.Text); !strings.Contains(text, want) {
						t.Errorf("the text lacks the rule %q", want)
					}
				}
			}
			if got, want := strings.Contains(text, flat(countersign.ToBeConfirmedMeans)), l.Framework.HasUnconfirmed(); got != want {
				t.Errorf("the text explains what is to be confirmed: %t, want %t", got, want)
			}
		})
	}
}

func BenchmarkPortfolio(b *testing.B) {
	for _, tc := range []struct {
		pieces int
		photos bool
	}{{1, false}, {60, false}, {300, false}, {60, true}, {300, true}} {
		b.Run(fmt.Sprintf("pieces=%d/photos=%v", tc.pieces, tc.photos), func(b *testing.B) {
			s := newSample(sampleFramework(), tc.pieces, tc.photos)
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				if err := pdf.Portfolio(b.Context(), &out, s.Portfolio, s.files, nil); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(out.Len()))
			}
		})
	}
}
