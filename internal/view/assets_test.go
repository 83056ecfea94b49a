package view

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAssetsHaveAddressesThatChangeWithTheirContent(t *testing.T) {
	t.Parallel()
	one := loadAssets(fstest.MapFS{"a/x.css": {Data: []byte("1")}, "a/x.css.gz": {Data: []byte("z")}, "a/.keep": {}}, "a")
	two := loadAssets(fstest.MapFS{"a/x.css": {Data: []byte("2")}}, "a")
	if one.URL("x.css") == two.URL("x.css") {
		t.Error("other content has the same address")
	}
	asset, ok := one.Lookup(one.URL("x.css"))
	if !ok || !asset.Immutable || asset.ContentType != "text/css; charset=utf-8" || string(asset.Body) != "1" || string(asset.Gzip) != "z" {
		t.Errorf("asset = %+v, %v", asset, ok)
	}
	if asset, ok := one.Lookup(two.URL("x.css")); !ok || asset.Immutable {
		t.Errorf("the address of another build gives %+v, %v; want it, but not for ever", asset, ok)
	}
	for _, path := range []string{"/assets/x.css", "/assets/" + one.hash + "/.keep", "/x/" + one.hash + "/x.css", "/assets/" + one.hash + "/../x.css", "/assets/", ""} {
		if _, ok := one.Lookup(path); ok {
			t.Errorf("%s is served", path)
		}
	}
}

func TestAssetsNotBuilt(t *testing.T) {
	t.Parallel()
	none := loadAssets(fstest.MapFS{"assets/.keep": {}}, "assets")
	if none.Built() || none.URL("app.css") == "" || len(none.Names()) != 0 {
		t.Errorf("assets = %+v", none)
	}
}

func TestBuiltAssets(t *testing.T) {
	t.Parallel()
	if !AssetsBuilt() {
		t.Fatal("the assets are not built. Run: make assets")
	}
	outside := regexp.MustCompile(`https?://(?:[a-z0-9.-]+)`)
	for _, name := range Assets.Names() {
		asset, _ := Assets.Lookup(Assets.URL(name))
		if asset.Gzip != nil {
			z, err := gzip.NewReader(bytes.NewReader(asset.Gzip))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(z)
			if err != nil || !bytes.Equal(plain, asset.Body) {
				t.Errorf("%s.gz is not %s: %v", name, name, err)
			}
		}
		if strings.HasSuffix(name, ".css") {
			if found := outside.Find(asset.Body); found != nil {
				t.Errorf("%s asks for %s", name, found)
			}
			for _, ref := range regexp.MustCompile(`url\(([^)]+)\)`).FindAllSubmatch(asset.Body, -1) {
				if _, ok := Assets.Lookup(Assets.URL(string(ref[1]))); !ok {
					t.Errorf("%s asks for %s, which isn't there", name, ref[1])
				}
			}
			if bytes.Contains(bytes.ToLower(asset.Body), []byte("frutiger")) {
				t.Errorf("%s names the licensed font", name)
			}
		}
	}
}
