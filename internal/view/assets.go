package view

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"

	"countersign/templates"
)

// AssetFiles is the built files of one binary: styles, scripts, icons. Their
// addresses hold a hash of all of them, /assets/<hash>/<name>, so browsers may
// keep them for ever.
type AssetFiles struct {
	files map[string]Asset
	hash  string
}

// Asset is one file. Gzip is the same content compressed, or nil when that
// saves nothing.
type Asset struct {
	Name        string
	ContentType string
	Body        []byte
	Gzip        []byte
	// Immutable says that the address holds the hash of this very content: send
	// Cache-Control: public, max-age=31536000, immutable. Otherwise the address
	// is of another build (a page that was open during an upgrade): no-cache.
	Immutable bool
}

// Assets is the files built into this binary by templates/build.mjs.
var Assets = loadAssets(templates.FS, "assets")

// AssetsBuilt reports whether the binary holds the built assets. On a fresh
// clone it doesn't: pages work, without styles.
func AssetsBuilt() bool { return Assets.Built() }

// AssetPrefix is the path below which assets are served.
const AssetPrefix = "/assets/"

var assetTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
	".json": "application/json",
	".png":  "image/png",
}

// loadAssets reads the files below dir. Files of unknown type are left out.
func loadAssets(fsys fs.FS, dir string) *AssetFiles {
	a := &AssetFiles{files: map[string]Asset{}}
	sum := sha256.New()
	err := fs.WalkDir(fsys, dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || assetTypes[path.Ext(p)] == "" {
			return err
		}
		body, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(p, dir+"/")
		asset := Asset{Name: name, ContentType: assetTypes[path.Ext(p)], Body: body}
		if packed, err := fs.ReadFile(fsys, p+".gz"); err == nil {
			asset.Gzip = packed
		}
		a.files[name] = asset
		sum.Write([]byte(name))
		sum.Write([]byte{0})
		sum.Write(body)
		return nil
	})
	if err != nil {
		panic("view: the embedded assets can't be read: " + err.Error())
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return a
}

// Built reports whether the files that every page asks for are there.
func (a *AssetFiles) Built() bool {
	for _, name := range []string{"nhsuk-frontend.css", "app.css", "app.js", "support.js"} {
		if _, ok := a.files[name]; !ok {
			return false
		}
	}
	return true
}

// URL returns the address of the asset with that name.
func (a *AssetFiles) URL(name string) string { return AssetPrefix + a.hash + "/" + name }

// Lookup returns the asset at a path such as /assets/<hash>/app.css.
func (a *AssetFiles) Lookup(urlPath string) (Asset, bool) {
	hash, name, ok := strings.Cut(strings.TrimPrefix(urlPath, AssetPrefix), "/")
	if !ok || !strings.HasPrefix(urlPath, AssetPrefix) {
		return Asset{}, false
	}
	asset, ok := a.files[name]
	asset.Immutable = hash == a.hash
	return asset, ok
}

// Names returns the names of all assets.
func (a *AssetFiles) Names() []string { return sortedKeys(a.files) }
