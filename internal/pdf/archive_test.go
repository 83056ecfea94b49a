package pdf_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"

	"countersign/internal/countersign"
)

// jars are PDFBox's preflight and what it needs, as Debian has them.
var jars = []string{"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io", "javax.activation", "jaxb-api"}

// preflight says of each file in a folder whether it is PDF/A-1b.
func preflight(t *testing.T, folder string) string {
	t.Helper()
	const install = "apt-get install default-jre-headless libpdfbox2-java libfontbox2-java libcommons-logging-java libcommons-io-java libactivation-java libjaxb-api-java"
	java, err := exec.LookPath("java")
	if err != nil {
		t.Fatalf("this test needs java; install it with: %s", install)
	}
	path := make([]string, len(jars))
	for i, jar := range jars {
		path[i] = "/usr/share/java/" + jar + ".jar"
		if _, err := os.Stat(path[i]); err != nil {
			t.Fatalf("this test needs %s; install it with: %s", path[i], install)
		}
	}
	out, err := exec.Command(java, "-cp", strings.Join(path, ":"), "org.apache.pdfbox.preflight.Validator_A1b", "batch", folder).CombinedOutput()
	if len(out) == 0 {
		t.Fatalf("preflight says nothing: %v", err)
	}
	return string(out)
}

// strange is what has broken documents elsewhere, all at once.
const strange = "Emoji 😀👩🏽‍⚕️🏴󠁧󠁢󠁷󠁬󠁳󠁿 1️⃣ · 你好世界 こんにちは 한국어 · שלום 12 (abc) مرحبا بالعالم · e\u0301\u0302 \x00\x07\xff<b>&amp;\"(\\) \u202e𝓵𝓮𝓽 ﷺ\n\nnext"

func TestEveryDocumentIsPDFA1b(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	kept := map[string]document{"a certificate": certify(t, verified()), "a review": reviewPDF(t), "a board report": boardPDF(t, sampleBoard(3)), "a sealed portfolio": sealPDF(t, 16, true)}
	one := newSample(sampleFramework(), 1, true)
	clear(one.files) // a picture that is missing
	one.Pieces[0].Narrative, one.Pieces[0].Title, one.Apprenticeship.ApprenticeName = strings.Repeat(strange, 140), strange, strange
	kept["a strange portfolio"] = makePDF(t, one.Portfolio, one.files)
	var filled countersign.Portfolio
	fill(reflect.ValueOf(&filled).Elem(), strange)
	kept["a portfolio filled with strange text"] = makePDF(t, filled, store{})
	kept["an empty portfolio"] = makePDF(t, countersign.Portfolio{}, nil)

	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationStrict
	for name, d := range kept {
		path := filepath.Join(folder, name+".pdf")
		if err := os.WriteFile(path, d.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := api.ValidateFile(path, conf); err != nil {
			t.Errorf("%s: pdfcpu in strict mode: %v", name, err)
		}
		if got := d.info("Tagged"); got != "yes" {
			t.Errorf("%s: tagged: %q", name, got)
		}
		d.check()
		d.checkMarks()
	}
	said := preflight(t, folder)
	for name := range kept {
		if !strings.Contains(said, "The file "+name+".pdf is a valid PDF/A-1b file") {
			t.Errorf("%s isn't PDF/A-1b:\n%s", name, said)
		}
	}
}

// The checker would notice: what isn't PDF/A-1b is refused.
func TestPreflightRefusesWhatIsNotPDFA1b(t *testing.T) {
	t.Parallel()
	d := certify(t, verified())
	folder := t.TempDir()
	bad := strings.Replace(string(d.data), "/F 4 ", "/F 0 ", 1)
	bad = strings.Replace(bad, "GTS_PDFA1", "GTS_PDFX1", 1)
	if err := os.WriteFile(filepath.Join(folder, "bad.pdf"), []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := preflight(t, folder); strings.Contains(said, "is a valid PDF/A-1b") {
		t.Errorf("preflight says:\n%s", said)
	}
}
