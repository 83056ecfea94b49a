package files

import (
	"mime"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestCleanName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 200)
	for name, want := range map[string]string{
		"Certificate.pdf":                 "Certificate.pdf",
		"Tystysgrif Siân ŵyl – 2026.pdf":  "Tystysgrif Siân ŵyl – 2026.pdf",
		`C:\Users\asha\scan.pdf`:          "scan.pdf",
		"../../etc/passwd":                "passwd",
		"a/b/":                            "file",
		"":                                "file",
		"...":                             "file",
		".pdf":                            "file.pdf",
		"  a \t b\n.pdf ":                 "a b.pdf",
		"cod\u202efdp.exe":                "codfdp.exe",
		"a\u2066b\u200bc\x00\x1f\x7f.pdf": "abc.pdf",
		"bad\xff\xfe.pdf":                 "bad.pdf",
		`a<b>c:d"e|f?g*h.pdf`:             "a-b-c-d-e-f-g-h.pdf",
		".htaccess":                       "htaccess",
		"trailing. ":                      "trailing",
		"v1.2":                            "v1.2",
		long + ".docx":                    strings.Repeat("é", 115) + ".docx",
		long:                              strings.Repeat("é", 120),
	} {
		if got := CleanName(name); got != want {
			t.Errorf("CleanName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestWithExtension(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, mediaType, want string }{
		{"a.pdf", PDF, "a.pdf"},
		{"a.PDF", PDF, "a.PDF"},
		{"a.jpeg", JPEG, "a.jpeg"},
		{"IMG_1.HEIC", JPEG, "IMG_1.jpg"},
		{"a.exe", PDF, "a.pdf"},
		{"a.tar.gz", PDF, "a.tar.pdf"},
		{"notes", Text, "notes.txt"},
		{"notes v1.2", Text, "notes v1.2.txt"},
		{"Letter to Dr. Bell", DOCX, "Letter to Dr. Bell.docx"},
		{"feedback.final version", PDF, "feedback.final version.pdf"},
		{strings.Repeat("x", 120), PDF, strings.Repeat("x", 116) + ".pdf"},
	} {
		if got := withExtension(tc.name, tc.mediaType); got != tc.want {
			t.Errorf("withExtension(%q, %s) = %q, want %q", tc.name, tc.mediaType, got, tc.want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"a.pdf", "../x", `\`, "\u202ea.pdf", ".....pdf", strings.Repeat("ŵ", 130) + ".jpeg", "\xff.\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanName(name)
		for _, mediaType := range []string{"", PDF, DOCX} {
			if mediaType != "" {
				got = withExtension(got, mediaType)
			}
			if got == "" || utf8.RuneCountInString(got) > maxName || !utf8.ValidString(got) || strings.ContainsAny(got, `/\:<>"|?*`) {
				t.Fatalf("CleanName(%q) = %q", name, got)
			}
			if strings.HasPrefix(got, ".") || strings.HasSuffix(got, ".") || strings.TrimSpace(got) != got {
				t.Fatalf("CleanName(%q) = %q", name, got)
			}
			for _, r := range got {
				if r != ' ' && !unicode.IsGraphic(r) && unicode.In(r, unicode.C) {
					t.Fatalf("CleanName(%q) = %q with %U", name, got, r)
				}
			}
			if again := CleanName(got); again != got {
				t.Fatalf("CleanName(%q) = %q, then %q", name, got, again)
			}
		}
		if d := disposition("attachment", got); strings.ContainsFunc(d, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("disposition(%q) = %q", got, d)
		}
	})
}

func TestContentHeaders(t *testing.T) {
	t.Parallel()
	want := http.Header{
		"Content-Type":                 {"text/plain; charset=utf-8"},
		"Content-Disposition":          {`attachment; filename="Si_n _1__.txt"; filename*=UTF-8''Si%C3%A2n%20%221%25%22.txt`},
		"X-Content-Type-Options":       {"nosniff"},
		"Content-Security-Policy":      {"sandbox; default-src 'none'"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
	if diff := cmp.Diff(want, ContentHeaders(`Siân "1%".txt`, Text)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, name := range []string{"a.pdf", "Siân ŵyl.pdf", "日本.jpg", "a'b(c);d=e,f.png", "100%.pdf"} {
		kind, params, err := mime.ParseMediaType(ContentHeaders(name, PDF).Get("Content-Disposition"))
		if err != nil || kind != "attachment" || params["filename"] != name {
			t.Errorf("%q is read as %q, %v, %v", name, kind, params, err)
		}
	}
}

func TestOnlyOurImagesAreShownInline(t *testing.T) {
	t.Parallel()
	for _, mediaType := range []string{JPEG, PNG} {
		h, ok := InlineHeaders("a.jpg", mediaType)
		if !ok || !strings.HasPrefix(h.Get("Content-Disposition"), "inline; ") || h.Get("Content-Type") != mediaType ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v, %v", mediaType, h, ok)
		}
	}
	for _, mediaType := range []string{PDF, DOCX, Text, "image/svg+xml", "text/html", ""} {
		if h, ok := InlineHeaders("a", mediaType); ok || h != nil {
			t.Errorf("%s: %v, %v", mediaType, h, ok)
		}
	}
}
