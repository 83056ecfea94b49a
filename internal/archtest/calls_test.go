package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ban is something that may be used in a few places only.
type ban struct {
	pkg   string   // import path; a prefix if it ends in "/..."
	names []string // what the package calls it: time.Now
	// methods are names of methods, of any value, in a file that imports pkg.
	methods []string
	// in are the folders or files where it is allowed.
	in []string
	// tests says that tests may use it.
	tests bool
	why   string
}

// harness is what tests are made with.
var harness = []string{"internal/archtest", "internal/browsertest", "internal/files/s3server", "internal/oidc/oidctest", "internal/store/storetest", "internal/tsa/tsatest"}

// outgoing are the places that call other services. Each goes to an address
// of the settings and to none that a person types; what may ever do otherwise
// needs a client that refuses private addresses. docs/assurance/threat-model.md
// lists them.
var outgoing = append([]string{"internal/mail", "internal/files", "internal/oidc", "internal/tsa"}, harness...)

var bans = []ban{
	{
		pkg: "time", names: []string{"Now", "Since", "Until"}, tests: true,
		in:  append([]string{"cmd", "internal/app"}, harness...),
		why: "the clock is given, so that a test can hold it",
	},
	{
		pkg: "os", names: []string{"Getenv", "LookupEnv", "Environ"}, tests: true,
		in:  append([]string{"cmd", "internal/app"}, harness...),
		why: "settings are read once, at the start",
	},
	{
		pkg: module + "/internal/authz", names: []string{"NewActor", "NewJob"}, tests: true,
		in:  append([]string{"internal/service"}, harness...),
		why: "whoever makes an actor can be anybody",
	},
	{
		pkg: "github.com/labstack/echo/...", methods: []string{"Bind", "BindBody", "BindQueryParams", "BindPathParams", "BindHeaders"},
		why: "a body would override the path",
	},
	{
		pkg: "net/http", names: []string{"Get", "Head", "Post", "PostForm", "NewRequest", "NewRequestWithContext", "Client", "DefaultClient", "Transport", "DefaultTransport"},
		tests: true, in: append([]string{"internal/loadgen"}, outgoing...),
		why: "a call to an address that somebody typed reaches what only the server can reach",
	},
	{
		pkg: "net", names: []string{"Dial", "DialTimeout", "Dialer", "DialTCP", "DialUnix", "LookupHost", "LookupIP", "DefaultResolver"},
		tests: true, in: outgoing,
		why: "a call to an address that somebody typed reaches what only the server can reach",
	},
	{
		pkg: "html/template", names: []string{"HTML", "HTMLAttr", "JS", "JSStr", "CSS", "URL", "Srcset"}, tests: true,
		in:  []string{"internal/view/richtext.go"},
		why: "it goes out unescaped",
	},
	{
		pkg: "gorm.io/gorm", names: []string{"Model", "DeletedAt"},
		why: "rows say what they are; nothing is deleted softly",
	},
	{
		pkg: "gorm.io/gorm", methods: []string{"Preload", "Save", "FirstOrCreate", "FirstOrInit", "AutoMigrate", "Association"},
		why: "what it runs can't be seen where it is called",
	},
}

// offences lists what a file uses that its place doesn't allow. name is the
// file's path from the root, with slashes.
func offences(name string, source any) ([]string, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, b := range bans {
		if b.tests && strings.HasSuffix(name, "_test.go") || slices.ContainsFunc(b.in, func(place string) bool {
			return name == place || strings.HasPrefix(name, place+"/")
		}) {
			continue
		}
		local, imported := localName(file, b.pkg)
		if !imported {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == local && slices.Contains(b.names, n.Sel.Name) {
					found = append(found, fmt.Sprintf("%s: %s.%s: %s", files.Position(n.Pos()), local, n.Sel.Name, b.why))
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(b.methods, f.Sel.Name) {
					found = append(found, fmt.Sprintf("%s: %s: %s", files.Position(f.Sel.Pos()), f.Sel.Name, b.why))
				}
			}
			return true
		})
	}
	return found, nil
}

// localName returns what the file calls the package, and whether it imports
// it. A dot import counts as the name ".", which the linter forbids.
func localName(file *ast.File, pkg string) (string, bool) {
	prefix, all := strings.CutSuffix(pkg, "/...")
	for _, spec := range file.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		if imported != pkg && !(all && (imported == prefix || strings.HasPrefix(imported, prefix+"/"))) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name, true
		}
		return path.Base(imported), true
	}
	return "", false
}

// goFiles calls visit for each Go file of the repository.
func goFiles(t *testing.T, visit func(name string, source []byte)) {
	t.Helper()
	walk(t, func(name string, source []byte) {
		if strings.HasSuffix(name, ".go") {
			visit(name, source)
		}
	})
}

// notOurs are folders that are not in the repository.
var notOurs = []string{".git", "bin", "data", "templates/node_modules", "templates/assets"}

// walk calls visit for each file of the repository, with its path from the
// root with slashes.
func walk(t *testing.T, visit func(name string, content []byte)) {
	t.Helper()
	base := root(t)
	err := filepath.WalkDir(base, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(base, file)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case slices.Contains(notOurs, name) && entry.IsDir():
			return filepath.SkipDir
		case slices.Contains(notOurs, name) || !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) { // an editor's temporary file
			return nil
		}
		if err != nil {
			return err
		}
		visit(name, content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBannedCalls(t *testing.T) {
	domain := 0
	goFiles(t, func(name string, source []byte) {
		found, err := offences(name, source)
		if err != nil {
			t.Errorf("%v", err)
		}
		for _, f := range found {
			t.Error(f)
		}
		if strings.HasPrefix(name, "internal/countersign/") {
			domain++
		}
	})
	if domain == 0 {
		t.Error("no file of the domain was looked at")
	}
}

// inScripts are what lets text run, or keeps it in the browser, or takes it
// from another page. Scripts write with textContent and keep nothing.
var inScripts = []string{
	"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "createContextualFragment", "eval(", "Function(", "setAttribute('on",
	"localStorage", "sessionStorage", "indexedDB", "document.cookie", "postMessage", "'message'", "__proto__", "http://", "https://",
}

func TestScriptsRunNoTextAndKeepNone(t *testing.T) {
	scripts := 0
	walk(t, func(name string, source []byte) {
		if !strings.HasPrefix(name, "templates/src/") || !strings.HasSuffix(name, ".js") {
			return
		}
		scripts++
		for _, banned := range inScripts {
			if strings.Contains(string(source), banned) {
				t.Errorf("%s uses %s", name, banned)
			}
		}
	})
	if scripts == 0 {
		t.Error("there are no scripts")
	}
}

func TestBannedCallIsNoticed(t *testing.T) {
	for _, tc := range []struct {
		name   string
		file   string
		source string
		want   int
	}{
		{"the clock", "internal/service/x.go", `import "time"; var a, b = time.Now, time.Since(t)`, 2},
		{"the clock under another name", "internal/service/x.go", `import clock "time"; var a = clock.Now()`, 1},
		{"the clock in app", "internal/app/x.go", `import "time"; var a = time.Now()`, 0},
		{"the clock in a command", "cmd/countersign/main.go", `import "time"; var a = time.Now()`, 0},
		{"the clock in a test", "internal/service/x_test.go", `import "time"; var a = time.Now()`, 0},
		{"the clock in a folder that only begins like app", "internal/apple/x.go", `import "time"; var a = time.Now()`, 1},
		{"something else that is called time", "internal/service/x.go", `import "example.org/time"; var a = time.Now()`, 0},
		{"the environment", "internal/web/x.go", `import "os"; var a = os.Getenv("A")`, 1},
		{"an actor in a page", "internal/web/x.go", `import "countersign/internal/authz"; var a = authz.NewActor()`, 1},
		{"an actor in the service", "internal/service/x.go", `import "countersign/internal/authz"; var a = authz.NewActor()`, 0},
		{"Bind", "internal/api/x.go", `import "github.com/labstack/echo/v4"; func f(c echo.Context) { c.Bind(nil) }`, 1},
		{"Bind in a test", "internal/api/x_test.go", `import "github.com/labstack/echo/v4"; func f(c echo.Context) { c.Bind(nil) }`, 1},
		{"unescaped HTML", "internal/view/x.go", `import "html/template"; var a = template.HTML("")`, 1},
		{"unescaped HTML as a type", "internal/view/x.go", `import "html/template"; type a struct { b template.HTML }`, 1},
		{"unescaped HTML in its file", "internal/view/richtext.go", `import "html/template"; var a = template.HTML("")`, 0},
		{"soft deletion", "internal/store/x.go", `import "gorm.io/gorm"; type a struct { gorm.Model }`, 1},
		{"a request to another server", "internal/service/x.go", `import "net/http"; func f() { http.Get("https://example.org"); new(http.Client).Do(nil) }`, 2},
		{"a connection to another server", "internal/interchange/x.go", `import "net"; var a, b = net.Dial("tcp", "a:1")`, 1},
		{"a connection to the mail server", "internal/mail/x.go", `import "net"; var a, b = net.Dial("tcp", "a:1")`, 0},
		{"serving", "internal/app/x.go", `import "net/http"; var a = http.Server{}`, 0},
		{"Save", "internal/store/x.go", `import "gorm.io/gorm"; func f(db *gorm.DB) { db.Preload("A").Save(nil) }`, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := offences(tc.file, "package x; "+tc.source)
			if err != nil || len(got) != tc.want {
				t.Errorf("offences() = %q, %v; want %d", got, err, tc.want)
			}
		})
	}
}

// machine returns what tells of the machine that a file was written on, or of
// where its packages came from. The words are put together here so that this
// file doesn't hold them.
func machine() []string {
	return []string{
		"/" + "work/main", "/" + "work/shared", "/" + "work/.", "/" + "root/", "/tmp/" + "go-build",
		"proxy.golang" + ".org", "sum.golang" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org", "registry.yarnpkg" + ".com",
	}
}

func TestNoFileTellsOfAMachine(t *testing.T) {
	files := 0
	walk(t, func(name string, content []byte) {
		files++
		for _, word := range machine() {
			if strings.Contains(string(content), word) {
				t.Errorf("%s holds %q", name, word)
			}
		}
	})
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
}
