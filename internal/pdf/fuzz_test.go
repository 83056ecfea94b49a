package pdf_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"countersign/internal/pdf"
)

// FuzzOpenManifest looks for a file with a manifest that says the file is as it
// was made though it isn't, or that can't be refused.
func FuzzOpenManifest(f *testing.F) {
	s := newSample(sampleFramework(), 1, false)
	proof := pdf.Proof{
		Code: "K7QM-2XWD-94HT", Page: "https://training.example.org/verify", Scan: "https://training.example.org/verify?code=K7QM2XWD94HT",
		Manifest: func(d pdf.Digests) ([]byte, error) { return json.Marshal(d) },
	}
	var b bytes.Buffer
	if err := pdf.Portfolio(f.Context(), &b, s.Portfolio, s.files, &proof); err != nil {
		f.Fatal(err)
	}
	made := b.Bytes()
	f.Add(made)
	f.Add(made[len(made)/2:])
	f.Add([]byte("%PDF-1.4\ntrailer\n<<\n/Size 99999999\n/Root 1 0 R\n>>\nstartxref\n-1\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := open(data)
		if err != nil {
			if !errors.Is(err, pdf.ErrNoManifest) && !errors.Is(err, pdf.ErrChanged) {
				t.Fatalf("no refusal: %v", err)
			}
			return
		}
		var said pdf.Digests
		if json.Unmarshal(got.Manifest, &said) == nil && got.Intact && said.File == got.Digests.File && len(said.Pages) > 0 && !bytes.Equal(data, made) {
			t.Error("another file is said to be as it was made")
		}
	})
}
