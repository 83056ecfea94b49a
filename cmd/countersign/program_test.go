package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// asProgram makes the test binary be the program.
const asProgram = "COUNTERSIGN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// shell is somebody at the server's machine, with a data folder.
type shell struct {
	t    *testing.T
	data string
	env  []string
}

func newShell(t *testing.T, env ...string) shell {
	t.Helper()
	return shell{t: t, data: filepath.Join(t.TempDir(), "data"), env: env}
}

// command prepares the program as a process of its own.
func (s shell) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), os.Args[0], args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "COUNTERSIGN") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, asProgram+"=1", "COUNTERSIGN_DATA="+s.data)
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Dir = s.t.TempDir()
	return cmd
}

// result is what a command left behind.
type result struct {
	code        int
	out, errors string
}

func (s shell) run(args ...string) result {
	s.t.Helper()
	cmd := s.command(args...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), complaints.String()}
}

// done runs a command that must succeed and say nothing on standard error.
func (s shell) done(args ...string) string {
	s.t.Helper()
	r := s.run(args...)
	if r.code != 0 || r.errors != "" {
		s.t.Fatalf("countersign %s: exit %d\n%s", strings.Join(args, " "), r.code, r.errors)
	}
	return r.out
}

// refused runs a command that must end with that code, print nothing, and say
// why in one line on standard error.
func (s shell) refused(code int, says string, args ...string) {
	s.t.Helper()
	r := s.run(args...)
	if r.code != code || r.out != "" {
		s.t.Errorf("countersign %s: exit %d, want %d; printed %q", strings.Join(args, " "), r.code, code, r.out)
	}
	if strings.Count(r.errors, "\n") != 1 || !strings.HasPrefix(r.errors, "countersign: ") || !strings.Contains(r.errors, says) {
		s.t.Errorf("countersign %s: said %q, want one line with %q", strings.Join(args, " "), r.errors, says)
	}
}

// copied puts a framework file, altered, where a person would have it.
func copied(t *testing.T, version string, alter func(string) string) string {
	t.Helper()
	source, err := os.ReadFile("../../frameworks/gpa-combined/1.0.0.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "gpa-combined")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, version+".yaml")
	if err := os.WriteFile(file, []byte(alter(string(source))), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWrongUsageSaysWhyInOneLine(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	for line, says := range map[string]string{
		"nonsense":           "nonsense",
		"serve --colour":     "colour",
		"serve now":          "arg",
		"migrate sideways":   "sideways",
		"migrate up down":    "arg",
		"framework nonsense": "nonsense",
		"framework list all": "arg",
		"framework validate": "arg",
		"framework load":     "arg",
		"user nonsense":      "nonsense",
		"user add":           "--email",
		"user add --email a@example.org --name A --role admin": "ROLE@ORGCODE",
		"token create": "--email",
		"token create --email a@example.org --days soon": "days",
		"token create --email a@example.org --days 0":    "days",
		"portfolio -o x.pdf":                             "arg",
		"portfolio 0198c0de-0000-7000-8000-000000000000": "-o",
		"backup":         "arg",
		"restore a b":    "arg",
		"backup-key":     "arg",
		"erase a b":      "arg",
		"version --long": "long",
	} {
		s.refused(exitUsage, says, strings.Fields(line)...)
	}
	if _, err := os.Stat(s.data); err == nil {
		t.Error("a command that was typed wrongly made a data folder")
	}
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	help := s.done("help")
	for _, command := range []string{"serve", "migrate", "framework", "user", "token", "portfolio", "backup", "restore", "backup-key", "erase", "storybook", "version"} {
		if !regexp.MustCompile(`(?m)^  ` + command + ` `).MatchString(help) {
			t.Errorf("help doesn't list %s:\n%s", command, help)
		}
	}
	if got := s.done(); got != help {
		t.Errorf("the program alone prints %q, want the help", got)
	}
	if got := s.done("version"); got != app.Version+"\n" {
		t.Errorf("version = %q", got)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.refused(exitRefused, "there is no database", "migrate", "status")
	if _, err := os.Stat(s.data); err == nil {
		t.Error("migrate status made a data folder")
	}
	for _, args := range [][]string{{"migrate"}, {"migrate", "up"}} {
		if got := s.done(args...); strings.Count(got, "\n") != 1 {
			t.Errorf("%v = %q, want one line", args, got)
		}
	}
	if got := s.done("migrate", "status"); !strings.Contains(got, "applied") || strings.Contains(got, "pending") {
		t.Errorf("status of a database brought up to date:\n%s", got)
	}
}

func TestFrameworks(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	list := s.done("framework", "list")
	for _, want := range []string{"gpa-combined 1.0.0 ", "gpa-combined 1.1.0 ", "gpa-non-clinical 1.1.0 ", "medical-secretary 1.0.0 ", "nhs-medical-assistant 1.0.0 ", "us-medical-assistant 1.0.0 ", "community-draft", "49 competencies"} {
		if !strings.Contains(list, want) {
			t.Errorf("framework list doesn't say %q:\n%s", want, list)
		}
	}
	same := copied(t, "1.0.0", func(s string) string { return s })
	if got := s.done("framework", "validate", same); !strings.HasPrefix(got, "gpa-combined 1.0.0 is valid") {
		t.Errorf("framework validate = %q", got)
	}
	if got := s.done("framework", "load", same); !strings.HasPrefix(got, "gpa-combined 1.0.0 is loaded") {
		t.Errorf("framework load of the same bytes = %q", got)
	}
	other := copied(t, "1.0.0", func(s string) string { return s + "# corrected\n" })
	s.done("framework", "validate", other)
	s.refused(exitRefused, "1.0.0", "framework", "load", other)
	next := copied(t, "2.0.0", func(s string) string { return strings.Replace(s, "\nversion: 1.0.0", "\nversion: 2.0.0", 1) })
	if got := s.done("framework", "load", next); !strings.HasPrefix(got, "gpa-combined 2.0.0 is loaded") {
		t.Errorf("framework load of the next version = %q", got)
	}
	if got := s.done("framework", "list"); !strings.Contains(got, "gpa-combined 2.0.0 ") || !strings.Contains(got, "gpa-combined 1.0.0 ") {
		t.Errorf("framework list after loading:\n%s", got)
	}
	s.refused(exitRefused, "no such file", "framework", "validate", filepath.Join(t.TempDir(), "none.yaml"))
}

func TestAnInvalidFrameworkIsRefusedWithEveryPlace(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	broken := copied(t, "1.0.0", func(s string) string {
		s = strings.Replace(s, "\nscale:", "\nscales:", 1)
		return strings.Replace(s, "countersign: gp_supervisor", "countersign: somebody", 1)
	})
	for _, command := range []string{"validate", "load"} {
		r := s.run("framework", command, broken)
		if r.code != exitRefused || r.out != "" {
			t.Errorf("framework %s: exit %d, printed %q", command, r.code, r.out)
		}
		if places := regexp.MustCompile(`(?m)1\.0\.0\.yaml:\d+:\d+: `).FindAllString(r.errors, -1); len(places) < 2 {
			t.Errorf("framework %s names %d places, want both with line and column:\n%s", command, len(places), r.errors)
		}
	}
}

func TestUsersAndTokens(t *testing.T) {
	t.Parallel()
	s := newShell(t, "COUNTERSIGN_URL=https://gpa.example.org/")
	added := s.done("user", "add", "--email", "Ada@Example.org", "--name", "Ada Moss", "--role", "admin@ENGLAND")
	if !regexp.MustCompile(`(?m)^https://gpa\.example\.org/set-password/\S{20,}$`).MatchString(added) || !strings.HasPrefix(added, "Ada Moss is ") {
		t.Errorf("user add = %q, want a set-up link at the public address", added)
	}
	for _, args := range [][]string{
		{"user", "add", "--email", "ada@example.org", "--name", "Ada Moss", "--role", "admin@ENGLAND"},
		{"user", "add", "--email", "b", "--name", "B", "--role", "admin@ENGLAND"},
		{"user", "add", "--email", "b@example.org", "--name", "B", "--role", "king@ENGLAND"},
		{"user", "add", "--email", "b@example.org", "--name", "B", "--role", "admin@NOWHERE"},
		{"user", "add", "--email", "b@example.org", "--name", "B", "--role", "apprentice@ENGLAND"},
		{"token", "create", "--email", "nobody@example.org"},
		{"token", "create", "--email", "ada@example.org", "--days", "100000"},
	} {
		s.refused(exitRefused, "", args...)
	}
	token := regexp.MustCompile(`^\S{30,}\n$`)
	first := s.done("token", "create", "--email", "ada@example.org")
	second := s.done("token", "create", "--email", "ADA@example.org", "--name", "Rota", "--days", "1")
	if !token.MatchString(first) || !token.MatchString(second) || first == second {
		t.Errorf("token create = %q, then %q; want a token alone, another each time", first, second)
	}
	a, err := app.Open(t.Context(), app.Config{Data: s.data})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	actor, err := a.Service.ActorByToken(t.Context(), strings.TrimSpace(first), "")
	if err != nil || actor.Name() != "Ada Moss" {
		t.Errorf("the token is of %q, %v", actor.Name(), err)
	}
}

// enrolled fills the shell's database with one apprenticeship and returns its
// identifier.
func (s shell) enrolled() string {
	s.t.Helper()
	a, err := app.Open(s.t.Context(), app.Config{Data: s.data})
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Close()
	ctx, operator := s.t.Context(), a.Service.Operator()
	for _, o := range []service.OrganisationInput{
		{Code: "Y63", Name: "North East and Yorkshire", Kind: countersign.Region, Parent: "ENGLAND"},
		{Code: "TH01", Name: "Leeds Training Hub", Kind: countersign.Hub, Parent: "Y63"},
		{Code: "A81001", Name: "Oakwood Surgery", Kind: countersign.Practice, Parent: "TH01"},
	} {
		if _, err := a.Service.AddOrganisation(ctx, operator, o); err != nil {
			s.t.Fatal(err)
		}
	}
	for email, role := range map[string]countersign.MemberRole{
		"gp@example.org": countersign.GPSupervisorMember, "nurse@example.org": countersign.SecondaryMentorMember,
	} {
		if _, err := a.Service.AddMember(ctx, operator, service.MembershipInput{
			PersonInput: service.PersonInput{Name: "Siân Bell", Email: email}, Role: role, Organisation: "A81001",
		}); err != nil {
			s.t.Fatal(err)
		}
	}
	f, err := a.Service.Framework(ctx, "gpa-combined", "")
	if err != nil {
		s.t.Fatal(err)
	}
	start := countersign.On(2026, 3, 1)
	enrolled, err := a.Service.Enrol(ctx, operator, service.EnrolInput{
		Apprentice: service.PersonInput{Name: "Zoë Ńowak", Email: "zoe@example.org"}, Framework: f.ID, Practice: "A81001",
		GPSupervisor: "gp@example.org", SecondaryMentor: "nurse@example.org", StartDate: start, PlannedEndDate: start.AddMonths(f.Programme.MonthsMin),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return string(enrolled.ID)
}

func TestPortfolioIsWrittenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	file := filepath.Join(t.TempDir(), "portfolio.pdf")
	for _, id := range []string{"0198c0de-0000-7000-8000-000000000000", "nonsense"} {
		s.refused(exitRefused, "", "portfolio", id, "-o", file)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 0 {
		t.Errorf("a refused portfolio left %v, %v", left, err)
	}
	id := s.enrolled()
	if got := s.done("portfolio", id, "-o", file); got != "" {
		t.Errorf("portfolio printed %q", got)
	}
	content, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) {
		t.Errorf("portfolio = %.20q, %v", content, err)
	}
	s.refused(exitRefused, "", "portfolio", id, "-o", filepath.Join(t.TempDir(), "none", "portfolio.pdf"))
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for setting, says := range map[string]string{
		"COUNTERSIGN_DATABASE=oracle:x":        "sqlite:PATH",
		"COUNTERSIGN_URL=here":                 "COUNTERSIGN_URL",
		"COUNTERSIGN_FILES=s3://bucket":        "COUNTERSIGN_FILES",
		"COUNTERSIGN_NOW=2026-03-02T09:00:00Z": "demonstrations only",
		"COUNTERSIGN_DEMO_SEED=many":           "DemoSeed",
		"COUNTERSIGN_RETENTION_YEARS=6":        "COUNTERSIGN_RETENTION_BASIS",
	} {
		newShell(t, setting).refused(exitRefused, says, "framework", "list")
	}
	newShell(t).refused(exitRefused, "host:port", "serve", "--addr", "here")
}

// serving starts a server and returns its address, what tells it to stop, as a
// supervisor does, and what waits until it has.
func (s shell) serving(args ...string) (address string, tell, wait func()) {
	s.t.Helper()
	cmd := s.command(args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		s.t.Fatal(err)
	}
	tell = func() {
		s.t.Helper()
		http.DefaultClient.CloseIdleConnections()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Fatal(err)
		}
	}
	wait = func() {
		s.t.Helper()
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			s.t.Errorf("told to stop: %v", err)
		}
	}
	return regexp.MustCompile(`http://\S+`).FindString(string(line[:n])), tell, wait
}

func (s shell) get(address string) string {
	s.t.Helper()
	res, err := http.Get(address) //nolint:noctx // a test's own server
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Errorf("%s: %d, %v", address, res.StatusCode, err)
	}
	return string(body)
}

// A server that is told to stop, as by a supervisor, has done what it should.
func TestServersStopWhenTold(t *testing.T) {
	t.Parallel()
	for command, args := range map[string][]string{
		"serve":     {"serve", "--addr", "127.0.0.1:0"},
		"storybook": {"storybook", "--addr", "127.0.0.1:0"},
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			s := newShell(t)
			address, tell, wait := s.serving(args...)
			s.get(address)
			tell()
			wait()
		})
	}
}

// One behind a proxy goes on serving for a while, and says that it wants no more.
func TestAServerThatDrainsIsNotReadyAndServesOn(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	address, tell, wait := s.serving("serve", "--addr", "127.0.0.1:0", "--drain", "3s")
	tell()
	for status := http.StatusOK; status != http.StatusServiceUnavailable; {
		res, err := http.Get(address + "/readyz") //nolint:noctx // a test's own server
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		status = res.StatusCode
	}
	s.get(address + "/sign-in")
	wait()
}

// Traces go to the collector that OpenTelemetry's own settings name, the last
// of them before the server ends; work that waits is measured.
func TestAServerTellsHowItIsDoing(t *testing.T) {
	t.Parallel()
	var told atomic.Value
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.URL.Path == "/v1/traces" {
			told.Store(string(body))
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(collector.Close)
	s := newShell(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL)
	address, tell, wait := s.serving("serve", "--addr", "127.0.0.1:0")
	s.get(address + "/sign-in")
	s.get(address + "/frameworks")
	metrics := s.get(address + "/metrics")
	tell()
	wait()
	if spans, _ := told.Load().(string); !strings.Contains(spans, "GET /sign-in") || !strings.Contains(spans, "countersign") {
		t.Errorf("the collector was sent %q", spans)
	}
	if want := `countersign_request_seconds_count{method="GET",route="/sign-in",status="200"} 1`; !strings.Contains(metrics, want) {
		t.Errorf("no %s in\n%s", want, metrics)
	}
	dashboard, err := os.ReadFile("../../docs/operate/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, asked := range regexp.MustCompile(`\b(countersign|go_sql|process)_\w+`).FindAllString(string(dashboard), -1) {
		if !strings.Contains(metrics, "\n"+asked+"{") && !strings.Contains(metrics, "\n"+asked+" ") {
			t.Errorf("the dashboard asks for %s, which is not told", asked)
		}
	}
}
