package transfer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"countersign/internal/countersign"
)

// Format is the name of the format, and Version the one that is written and
// read here.
const (
	Format  = "countersign-transfer"
	Version = 1
)

// The entries that every package has.
const (
	ManifestPath = "manifest.json"
	ReadmePath   = "README.txt"
	DataPath     = "data.json"
	HTMLPath     = "portfolio.html"
	PDFPath      = "portfolio.pdf"
)

// ProofPath is where the installation's signature is, over everything else. A
// package without it was made where there was no signing key.
const ProofPath = "proof.json"

// FilePath is where the content of an attachment is.
func FilePath(sha256 string) string { return "files/" + sha256 }

// FrameworkPath is where a framework version is.
func FrameworkPath(sha256 string) string { return "frameworks/" + sha256 + ".yaml" }

// Manifest says what a package is and what is in it.
type Manifest struct {
	Format         string    `json:"format"`
	Version        int       `json:"version"`
	Origin         Origin    `json:"origin"`
	AsAt           string    `json:"as_at"` // time of the last recorded change
	Apprenticeship string    `json:"apprenticeship"`
	Apprentice     Person    `json:"apprentice"`
	Practice       Practice  `json:"practice"`
	Framework      Framework `json:"framework"`
	Entries        []Entry   `json:"entries"` // all but the manifest, by path
}

// Origin is the installation that a package was made in.
type Origin struct {
	URL string `json:"url"`
	ID  string `json:"id"`
}

// Person is whose record it is.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Practice is where they were.
type Practice struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Framework is a framework version.
type Framework struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

// Entry is a file in a package.
type Entry struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// At returns the time of the last recorded change.
func (m Manifest) At() time.Time {
	at, _ := time.Parse(timeLayout, m.AsAt)
	return at
}

// Entry returns the entry with that path; the zero Entry if there is none.
func (m Manifest) Entry(path string) Entry {
	i, ok := slices.BinarySearchFunc(m.Entries, path, func(e Entry, path string) int { return cmp.Compare(e.Path, path) })
	if !ok {
		return Entry{}
	}
	return m.Entries[i]
}

// Encode writes manifest.json.
func (m Manifest) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("transfer: encode manifest: %w", err)
	}
	return b.Bytes(), nil
}

var (
	hashPattern  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	entryPattern = regexp.MustCompile(`^(README\.txt|data\.json|portfolio\.html|portfolio\.pdf|proof\.json|files/[0-9a-f]{64}|frameworks/[0-9a-f]{64}\.yaml)$`)
)

// DecodeManifest reads manifest.json. A version that isn't known is refused
// before anything else is looked at.
func DecodeManifest(data []byte) (Manifest, error) {
	var first struct {
		Format  string `json:"format"`
		Version any    `json:"version"`
	}
	if depth(data) > maxDepth || json.Unmarshal(data, &first) != nil {
		return Manifest{}, refuse("manifest.json is not readable")
	}
	if first.Format != Format {
		return Manifest{}, refuse("it says that its format is “%s”, not %s", shown(first.Format), Format)
	}
	if first.Version != float64(Version) {
		return Manifest{}, refuse("it is of format version %s, and this installation knows version %d only", shown(fmt.Sprint(first.Version)), Version)
	}
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, refuse("manifest.json: %s", shown(strings.TrimPrefix(err.Error(), "json: ")))
	}
	if _, err := dec.Token(); err != io.EOF {
		return m, refuse("manifest.json has something after its end")
	}
	if err := m.check(); err != nil {
		return m, err
	}
	again, err := m.Encode()
	if err != nil {
		return m, err
	}
	if !bytes.Equal(again, data) {
		return m, refuse("manifest.json is not written in the form of the format, so it was changed after it was made")
	}
	return m, nil
}

func (m Manifest) check() error {
	at, err := time.Parse(timeLayout, m.AsAt)
	switch {
	case err != nil || at.Format(timeLayout) != m.AsAt || !sane(at):
		return refuse("manifest.json: as_at is not a time that can be")
	case !countersign.ValidID(m.Apprenticeship):
		return refuse("manifest.json: apprenticeship is not a valid identifier")
	case !countersign.ValidID(m.Origin.ID):
		return refuse("manifest.json: the id of the origin is not a valid identifier")
	case !strings.HasPrefix(m.Origin.URL, "http://") && !strings.HasPrefix(m.Origin.URL, "https://"):
		return refuse("manifest.json: the url of the origin is not an address")
	}
	for name, s := range map[string]string{
		"origin": m.Origin.URL, "name": m.Apprentice.Name, "email": m.Apprentice.Email, "practice": m.Practice.Name, "code": m.Practice.Code,
		"framework": m.Framework.ID, "framework version": m.Framework.Version,
	} {
		if s == "" || len(s) > 500 || !wordPattern.MatchString(s) {
			return refuse("manifest.json: the %s is missing or too long", name)
		}
	}
	if a, err := mail.ParseAddress(m.Apprentice.Email); err != nil || a.Address != m.Apprentice.Email || strings.HasSuffix(a.Address, ".invalid") {
		return refuse("manifest.json: “%s” is not an email address", shown(m.Apprentice.Email))
	}
	for i, e := range m.Entries {
		switch {
		case !entryPattern.MatchString(e.Path):
			return refuse("it holds “%s”, which is no part of a package", shown(e.Path))
		case i > 0 && e.Path <= m.Entries[i-1].Path:
			return refuse("manifest.json lists “%s” twice or out of order", e.Path)
		case !hashPattern.MatchString(e.SHA256):
			return refuse("manifest.json: the SHA-256 of %s is not one", e.Path)
		case e.Size < 0 || e.Size > maxEntry(e.Path):
			return refuse("%s is larger than %s", e.Path, megabytes(maxEntry(e.Path)))
		}
	}
	for _, path := range []string{ReadmePath, DataPath, HTMLPath, PDFPath} {
		if m.Entry(path).Path == "" {
			return refuse("it has no %s", path)
		}
	}
	return nil
}

// Limits, in bytes.
const (
	// MaxSize is that of a whole package.
	MaxSize = 1 << 30

	maxManifest = 8 << 20
	maxEntries  = 20_000
)

// maxEntry is how large an entry may be.
func maxEntry(path string) int64 {
	switch {
	case path == DataPath, path == HTMLPath, path == ProofPath:
		return 64 << 20
	case path == PDFPath:
		return 512 << 20
	case path == ReadmePath:
		return 64 << 10
	case strings.HasPrefix(path, "frameworks/"):
		return 8 << 20
	}
	return 32 << 20 // an attachment, or its rendition
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}
