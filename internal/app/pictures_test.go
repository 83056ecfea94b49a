package app_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"countersign/internal/browsertest"
)

// TestPicturesOfTheREADME goes where the README's pictures were taken. With
// COUNTERSIGN_PICTURES naming a folder, it takes them again; `make
// screenshots` does that. The demonstration's clock is fixed, so the same
// pages give the same pictures.
func TestPicturesOfTheREADME(t *testing.T) {
	kept := t.TempDir()
	t.Setenv("COUNTERSIGN_SCREENSHOTS", kept)
	p := browsertest.New(t, browsertest.Options{Width: 1280, JavaScript: true})
	r := serve(t, demonstration(t))
	p.Goto(r.url + "/sign-in")
	p.Click("Sign in as Dr Megan Bell")
	for _, picture := range []struct {
		name, path, link string
		height           int
	}{
		{"queue", "/queue", "", 1008},
		{"competency", "/queue", `a[href*="/competencies/"]`, 1350},
	} {
		p.Goto(r.url + picture.path)
		if picture.link != "" {
			p.Goto(r.url + browsertest.Eval[string](p, "document.querySelector('main "+picture.link+"').getAttribute('href')"))
		}
		p.Screenshot(picture.name)
		taken, err := filepath.Glob(filepath.Join(kept, "*-"+picture.name+".png"))
		if err != nil || len(taken) != 1 {
			t.Fatalf("pictures of %s: %v, %v", picture.name, taken, err)
		}
		content := cropped(t, taken[0], picture.height)
		if len(content) > 300_000 {
			t.Errorf("the picture of %s has %d bytes, want at most 300,000", picture.name, len(content))
		}
		if dir := os.Getenv("COUNTERSIGN_PICTURES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, picture.name+".png"), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// cropped returns the upper part of a picture.
func cropped(t *testing.T, file string, height int) []byte {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := png.Decode(bytes.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	b := whole.Bounds()
	part := image.NewRGBA(image.Rect(0, 0, b.Dx(), min(b.Dy(), height)))
	draw.Draw(part, part.Bounds(), whole, b.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, part); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
