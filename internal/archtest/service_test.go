package archtest

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// actorless are the methods of the service that take no actor, and why they
// may. A name that isn't a method (any more) is refused, too.
var actorless = map[string]string{
	// Before anybody is signed in. What each tells is told by its own checks.
	"SignIn":            "proves who somebody is",
	"SignInDemo":        "the same, where a demonstration runs",
	"Actor":             "makes the actor of a session",
	"ActorByToken":      "makes the actor of an API token",
	"SignInCode":        "the same, by its second step",
	"AskPasskey":        "asks for any passkey",
	"SignInPasskey":     "proves who somebody is",
	"RequestReset":      "mails a link to the address's owner and answers the same to all",
	"PeekLink":          "takes a one-time secret instead",
	"SetPassword":       "takes a one-time secret instead",
	"BoardMailToStop":   "takes the secret that stands in the mail instead, and tells that mail",
	"Unsubscribe":       "takes the secret that stands in the mail instead, and stops that mail",
	"EnqueueBoardMails": "asks for mails whose readers are checked when they are sent",
	"SiteRequest":       "takes a one-time secret instead, and tells one placement",
	"AnswerForSite":     "takes a one-time secret instead",
	// Public, or of the program itself.
	"Frameworks":       "a framework is public",
	"Framework":        "a framework is public",
	"FrameworkRelease": "a framework is public",
	"Paces":            "a framework is public",
	"Difference":       "two framework versions are public",
	"SigningKeys":      "public keys are public",
	"PublicKeys":       "public keys are public",
	"CountCheck":       "counts for an address, and tells whether it was too often",
	"BadgeStandsNow":   "who has the badge holds what it says",
	"StandNow":         "who has the document holds its decisions",
	"Standings":        "who knows a leaf holds the decision",
	"StandingOfCode":   "counts decisions for whoever has the document, and tells nothing of a person",
	"BadgeStatus":      "a bit for each badge tells nothing about a person",
	"Checkpoint":       "there is nothing of a person in the log",
	"EntryProof":       "there is nothing of a person in the log",
	"GrowthProof":      "there is nothing of a person in the log",
	"Prepare":          "is what every start does, as the operator",
	// The worker's, which has no person behind it.
	"Letter":                 "says what a notice in the outbox, put there with permission, is about",
	"EnqueueDigests":         "asks for mails that each say what their reader may see",
	"EnqueueExpiryReminders": "the same",
	"EnqueueReviewChase":     "the same",
	"MailReset":              "mails a link to its owner, who asked for it",
	"ClaimJobs":              "is the worker's",
	"FinishJob":              "is the worker's",
	"RetryJob":               "is the worker's",
	"FailJob":                "is the worker's",
	"Attest":                 "signs a portfolio that was read with permission",
	"Scrub":                  "frees the files of the database of what was erased; it decides nothing",
	"Seal":                   "puts what was decided into the log; it decides nothing",
	"SealRecords":            "the same",
	"StampCheckpoint":        "has what is public time-stamped",
	"Signer":                 "signs what was made with permission",
	"KeepLooks":              "keeps who looked at what; it tells nothing",
	"Sweep":                  "deletes what has served its time",
	"CheckFiles":             "the worker asks about files that wait to be checked for viruses",
	"Pictures":               "opens files by the hash that a portfolio, read with permission, holds",
	"KeepMonths":             "copies counters at the end of a month; it tells and changes nothing that a person decides",
	"RunRosters":             "the worker goes on with what was started, row by row as whoever started it",
	"RecountDue":             "derives counters from dates; it tells and changes nothing that a person decides",
}

// withoutActor lists the exported methods of Service in a file that take a
// context and then no authz.Actor.
func withoutActor(name string, source any) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, decl := range file.Decls {
		method, ok := decl.(*ast.FuncDecl)
		if !ok || !method.Name.IsExported() || method.Recv == nil || !isService(method.Recv.List[0].Type) {
			continue
		}
		params := types(method.Type.Params)
		if len(params) > 0 && params[0] == "context.Context" && (len(params) < 2 || params[1] != "authz.Actor") {
			found = append(found, method.Name.Name)
		}
	}
	return found, nil
}

func isService(receiver ast.Expr) bool {
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.Name == "Service"
}

// types returns the types of the parameters, one for each name, as far as they
// are names of other packages: "context.Context". Others are "".
func types(params *ast.FieldList) []string {
	var all []string
	for _, field := range params.List {
		text := ""
		if s, ok := field.Type.(*ast.SelectorExpr); ok {
			if pkg, ok := s.X.(*ast.Ident); ok {
				text = pkg.Name + "." + s.Sel.Name
			}
		}
		for range max(1, len(field.Names)) {
			all = append(all, text)
		}
	}
	return all
}

func TestEveryUseCaseTakesAnActor(t *testing.T) {
	dir := filepath.Join(root(t), "internal", "service")
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatal("there is no service: this test has nothing to look at")
	}
	if err != nil {
		t.Fatal(err)
	}
	unused := maps.Clone(actorless)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		found, err := withoutActor(filepath.Join(dir, e.Name()), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range found {
			if actorless[name] == "" {
				t.Errorf("Service.%s takes no actor: anybody could call it. Add one, or say in archtest why it needs none", name)
			}
			delete(unused, name)
		}
	}
	if len(unused) > 0 {
		t.Errorf("archtest excuses methods that need no excuse: %v", slices.Sorted(maps.Keys(unused)))
	}
}

func TestUseCaseWithoutActorIsNoticed(t *testing.T) {
	got, err := withoutActor("x.go", `package service
		func (s *Service) Good(ctx context.Context, actor authz.Actor, id string) error
		func (s *Service) Bad(ctx context.Context, id string) error
		func (s Service) BadToo(context.Context) error
		func (s *Service) Late(ctx context.Context, id string, actor authz.Actor) error
		func (s *Service) Plain() int
		func (s *Service) private(ctx context.Context) error
		func (o *Other) Fine(ctx context.Context) error`)
	if want := []string{"Bad", "BadToo", "Late"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("withoutActor() = %v, %v; want %v", got, err, want)
	}
}
