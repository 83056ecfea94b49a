package demo

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

func TestDemonstration(t *testing.T) {
	t.Parallel()
	tales := everything()
	if raced {
		tales = slices.Concat(shown, sameHub, lives)
	}
	f := fillAt(t, storetest.SQLite(t), storetest.Start, 1, tales)
	facts(f)
	signIn(f)
	hubTable(f)
	hubDecisions(f)
	draftIsOpen(f)
	countersAreRight(f, len(tales))
	if !raced {
		sums(f)
		measured(f)
	}
	noMail(f)
}

func TestThereAreSixtySevenApprentices(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, tale := range everything() {
		names[tale.name] = true
	}
	if len(names) != 67 {
		t.Errorf("there are %d apprentices, want 67", len(names))
	}
}

// The README's tour names nobody who isn't there.
func TestTheTourNamesPeopleOfTheDemonstration(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tour, _ := strings.Cut(string(readme), "## A year, stage by stage")
	tour, _, _ = strings.Cut(tour, "\n## ")
	told := everything()
	rows := 0
	for line := range strings.Lines(tour) {
		cells := strings.Split(line, " | ")
		if len(cells) != 3 || cells[1] == "who" || cells[1] == "---" {
			continue
		}
		rows++
		for _, name := range strings.Split(cells[1], ", ") {
			if !slices.ContainsFunc(told, func(t tale) bool { return t.name == name }) {
				t.Errorf("nobody is called %q", name)
			}
		}
	}
	if rows < 10 {
		t.Errorf("the tour has %d rows, want 10 at least", rows)
	}
}

func TestDemonstrationOnPostgreSQL(t *testing.T) {
	t.Parallel()
	f := fillAt(t, storetest.Postgres(t), storetest.Start, 1, withoutGrace())
	facts(f)
	countersAreRight(f, len(withoutGrace()))
	noMail(f)
}

// A demonstration must look alive on any day: summer time, the first and the
// last of a month, a leap day, a weekend, just after Christmas.
func TestAnyDayLooksAlive(t *testing.T) {
	t.Parallel()
	days := []string{"2026-07-15T12:00:00Z", "2026-01-01T08:00:00Z", "2028-02-29T23:30:00Z", "2027-10-31T00:30:00Z"}
	if raced {
		days = days[:1]
	}
	for i, day := range days {
		t.Run(day[:10], func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, day)
			if err != nil {
				t.Fatal(err)
			}
			tales := slices.Concat(withoutGrace(), lives)
			if i%2 == 0 {
				tales = slices.Concat(withoutGrace(), endings, others)
			}
			f := fillAt(t, storetest.SQLite(t), now, int64(1+i), tales)
			facts(f)
			if i%2 == 0 {
				ends(f)
			} else {
				hubDecisions(f)
			}
		})
	}
}

// withoutGrace is whom the facts are about, without one long story that adds
// nothing to them.
func withoutGrace() []tale {
	return slices.DeleteFunc(slices.Clone(shown), func(t tale) bool { return t.completed > 0 })
}

func noMail(f filled) {
	if n := f.unsent(); n != 0 {
		f.t.Errorf("%d jobs or more wait for the worker, want none", n)
	}
}

// facts checks what CONTRACT 3, RULES Demo and the sign-in page promise.
func facts(f filled) {
	t := f.t
	if got := f.mark(); got != complete {
		t.Errorf("the database is marked %q, want %q", got, complete)
	}
	asha := f.record("apprentice@demo.example")
	if asha.Apprenticeship.FrameworkID != "gpa-combined" || asha.Apprenticeship.State != countersign.Active {
		t.Errorf("Asha's apprenticeship is %s on %s", asha.Apprenticeship.State, asha.Apprenticeship.FrameworkID)
	}
	if done := asha.Apprenticeship.Percent(); done < 40 || done > 60 {
		t.Errorf("Asha is at %d per cent, want about half-way", done)
	}
	if got, want := statuses(asha), []countersign.Status{
		countersign.Assessed, countersign.InProgress, countersign.NotApplicable, countersign.NotStarted, countersign.StatusNotYet, countersign.Ready, countersign.SignedOff,
	}; !slices.Equal(got, want) {
		t.Errorf("Asha's competencies are %q, want %q", got, want)
	}
	if !slices.ContainsFunc(asha.Competencies, func(c countersign.Summary) bool { return c.Core && c.Status == countersign.NotStarted }) {
		t.Error("Asha has no open core competency")
	}
	evidence := f.evidence("apprentice@demo.example")
	if got, want := states(evidence), []countersign.EvidenceState{
		countersign.Accepted, countersign.Draft, countersign.Returned, countersign.Submitted, countersign.Withdrawn,
	}; !slices.Equal(got, want) {
		t.Errorf("Asha's pieces are %q, want %q", got, want)
	}
	if got := mediaTypes(evidence); !slices.Equal(got, []string{"application/pdf", "image/jpeg", "image/png", "text/plain"}) {
		t.Errorf("Asha's files are %q", got)
	}
	named := []string{}
	for _, n := range asha.Namings {
		named = append(named, n.PersonEmail+" "+string(n.Role))
	}
	slices.Sort(named)
	if diff := cmp.Diff([]string{"assessor@demo.example assessor", "gp@demo.example gp_supervisor", "nurse@demo.example secondary_mentor"}, named); diff != "" {
		t.Errorf("named on Asha's apprenticeship (-want +got):\n%s", diff)
	}

	zoe := f.record("apprentice2@demo.example")
	if p := zoe.Apprenticeship.Progress; p.InScope != 49 || p.SignedOff < 46 || p.SignedOff == 49 {
		t.Errorf("Zoë has %d of %d signed off, want nearly all of 49", p.SignedOff, p.InScope)
	}
	if !slices.ContainsFunc(zoe.Competencies, func(c countersign.Summary) bool { return c.Expiring }) {
		t.Error("none of Zoë's sign-offs is about to expire")
	}
	if _, err := f.service.Portfolio(t.Context(), f.actor("verifier@demo.example"), zoe.Apprenticeship.ID); err != nil {
		t.Errorf("the verifier can't read Zoë's portfolio: %v", err)
	}

	queues(f)
	outsiders(f, asha.Apprenticeship.ID)
	if last := asha.Apprenticeship.LastActivityAt; last.After(f.now) || f.now.Sub(last) > 6*24*time.Hour {
		t.Errorf("the last thing that Asha did was at %s; it is %s", last, f.now)
	}
}

// queues checks what waits for whom.
func queues(f filled) {
	t := f.t
	gp := f.queue("gp@demo.example")
	if len(gp) < 10 || len(gp) > 17 {
		t.Errorf("%d things wait for Dr Bell, want 10 to 17", len(gp))
	}
	var types []string
	for _, item := range gp {
		types = append(types, string(item.Type))
	}
	slices.Sort(types)
	if diff := cmp.Diff([]string{"confirm", "countersign", "renewal", "review", "scope", "sign_off"}, slices.Compact(types)); diff != "" {
		t.Errorf("what waits for Dr Bell (-want +got):\n%s", diff)
	}
	if len(gp) > 0 && f.now.Sub(gp[0].Since) < 12*24*time.Hour {
		t.Errorf("the oldest thing waits since %s, want 12 days at least", gp[0].Since)
	}
	expired := 0
	for _, row := range f.apprenticeships("gp@demo.example") {
		record, err := f.service.Record(t.Context(), f.actor("gp@demo.example"), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(statuses(record), countersign.Expired) && record.Apprenticeship.Overdue(countersign.LondonDate(f.now)) {
			expired++
		}
	}
	if expired == 0 {
		t.Error("none of Dr Bell's apprentices is overdue with a sign-off that has expired")
	}
	for _, email := range []string{"nurse@demo.example", "assessor@demo.example", "manager@demo.example", "other-gp@demo.example"} {
		if len(f.queue(email)) == 0 {
			t.Errorf("nothing waits for %s", email)
		}
	}
	for _, item := range f.queue("assessor@demo.example") {
		for _, code := range append(item.Mapping, item.Competency) {
			if code != "" && !strings.HasPrefix(code, "GPA-CL") {
				t.Errorf("the assessor of the clinical domain is asked about %s", code)
			}
		}
	}
}

// outsiders checks that the people of the other region see nothing of Asha.
func outsiders(f filled, asha countersign.ApprenticeshipID) {
	for _, email := range []string{"other-apprentice@demo.example", "other-gp@demo.example", "other-hub@demo.example", "admin@demo.example", "region@demo.example"} {
		if _, err := f.service.Record(f.t.Context(), f.actor(email), asha); countersign.KindOf(err) != countersign.NotFound {
			f.t.Errorf("%s asks for Asha's record: %v, want NotFound", email, err)
		}
	}
	for _, row := range f.apprenticeships("other-hub@demo.example") {
		if row.HubCode != "HUB-TAMAR" {
			f.t.Errorf("the other hub's lead sees %s of %s", row.ApprenticeName, row.HubCode)
		}
	}
	if len(f.apprenticeships("other-apprentice@demo.example")) != 1 {
		f.t.Error("the other apprentice has no apprenticeship")
	}
}

// signIn checks that everybody on the sign-in page can also use the password.
func signIn(f filled) {
	for _, p := range Personas() {
		if p.Email == "" || p.Role == "" || p.About == "" {
			f.t.Errorf("persona %+v is not complete", p)
		}
		in, err := f.service.SignIn(f.t.Context(), service.SignInInput{Email: p.Email, Password: Password})
		if err != nil {
			f.t.Errorf("%s can't sign in: %v", p.Email, err)
			continue
		}
		account, err := f.service.Account(f.t.Context(), must(f.service.Actor(f.t.Context(), in.Person, in.Proof)))
		if err != nil || account.Person.Name != p.Name || len(account.Memberships) == 0 {
			f.t.Errorf("%s is %+v, %v", p.Email, account, err)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func hubTable(f filled) {
	rows := f.apprenticeships("hub@demo.example")
	count := map[string]int{}
	for _, r := range rows {
		count[string(r.State)]++
		count[r.FrameworkID]++
		if r.Overdue(countersign.LondonDate(f.now)) {
			count["overdue"]++
		}
		if r.State == countersign.Active && f.now.Sub(r.LastActivityAt) > 30*24*time.Hour {
			count["quiet"]++
		}
		if r.Waiting > 0 && f.now.Sub(r.OldestWaiting) > 21*24*time.Hour {
			count["waiting long"]++
		}
	}
	if len(rows) < 20 { // with the race detector not everybody is there
		f.t.Errorf("the hub has %d apprenticeships, want 20 at least", len(rows))
	}
	for _, what := range []string{"applied", "declined", "active", "on_break", "completed", "withdrawn", "gpa-combined", "gpa-non-clinical", "overdue", "quiet", "waiting long"} {
		if count[what] == 0 {
			f.t.Errorf("none of the hub's apprenticeships is %s", what)
		}
	}
	if n := count["overdue"]; n > 4 {
		f.t.Errorf("%d of the hub's apprenticeships are overdue", n)
	}
}

// hubDecisions checks what waits for the hub and what has happened to its
// apprenticeships.
func hubDecisions(f filled) {
	lead := f.actor("hub@demo.example")
	tasks, err := f.service.ProgrammeTasks(f.t.Context(), lead)
	if err != nil {
		f.t.Fatal(err)
	}
	var waiting []string
	for _, task := range tasks {
		waiting = append(waiting, string(task.Event)+" "+task.ApprenticeName)
	}
	slices.Sort(waiting)
	if diff := cmp.Diff([]string{"accept Aisha Bello", "grant_extension Delroy Simmons", "return Megan Thwaite"}, waiting); diff != "" {
		f.t.Errorf("what waits for the hub (-want +got):\n%s", diff)
	}
	want := map[string]string{
		"Aisha Bello": "apply", "Owen Hartley": "apply decline", "Megan Thwaite": "begin_break", "Samir Haddad": "begin_break return",
		"Joanna Kowalczyk": "request_extension grant_extension", "Delroy Simmons": "request_extension", "Katie Oldroyd": "withdraw",
		"Farhan Malik": "withdraw restart", "Ewa Lewandowska": "transfer",
	}
	for _, row := range f.apprenticeships("hub@demo.example") {
		p := must(f.service.Programme(f.t.Context(), lead, row.ID))
		var events []string
		for _, c := range p.Changes {
			events = append(events, string(c.Event))
		}
		if w, ok := want[row.ApprenticeName]; ok && strings.Join(events, " ") != w {
			f.t.Errorf("to %s happened %v, want %s", row.ApprenticeName, events, w)
		}
		if row.ApprenticeName == "Katie Oldroyd" && (row.LastLearningOn.IsZero() || row.LastLearningOn != p.LastEntry) {
			f.t.Errorf("Katie's last day of learning is %s, her last entry of %s", row.LastLearningOn, p.LastEntry)
		}
	}
}

// countersAreRight compares every apprenticeship's counters with a count of
// its competencies.
func countersAreRight(f filled, all int) {
	seen := 0
	for _, r := range regions {
		lead := email(r.hubLead)
		for _, row := range f.apprenticeships(lead) {
			seen++
			record, err := f.service.Record(f.t.Context(), f.actor(lead), row.ID)
			if err != nil {
				f.t.Fatal(err)
			}
			if got, want := row.Progress, record.Apprenticeship.Progress; got != want {
				f.t.Errorf("%s: counters are %+v, a recount gives %+v", row.ApprenticeName, got, want)
			}
			waiting := 0
			for _, c := range record.Competencies {
				if c.Waiting != "" {
					waiting++
				}
			}
			if row.State == countersign.Active && row.Waiting < waiting {
				f.t.Errorf("%s: %d things wait, of which %d competencies", row.ApprenticeName, row.Waiting, waiting)
			}
			if created := row.CreatedAt; created.After(record.Apprenticeship.StartOn.Start()) {
				f.t.Errorf("%s was enrolled at %s, after the start on %s", row.ApprenticeName, created, row.StartOn)
			}
		}
	}
	if seen != all {
		f.t.Errorf("there are %d apprenticeships, want %d", seen, all)
	}
}

func sums(f filled) {
	r, err := f.service.Report(f.t.Context(), f.actor("national@demo.example"), service.ReportQuery{Place: "ENGLAND"})
	if err != nil {
		f.t.Fatal(err)
	}
	if len(r.Places) != 7 {
		f.t.Errorf("the national lead sees %d regions, want 7", len(r.Places))
	}
	for _, p := range append(r.Places, r.Total) {
		if v := p.Figures[countersign.FigStarters]; !v.Hidden && v.N == 0 {
			f.t.Errorf("nobody is learning in %s", p.Name)
		}
	}
}

// measured looks for a measure that the region's lead is told of, one that is
// of too few practices, and what waits to be checked.
func measured(f filled) {
	told := must(f.service.ImpactOf(f.t.Context(), f.actor("region@demo.example"), service.ReportQuery{Place: "Y63"}))
	if minutes, letters := told.Figures[0].Reported, told.Figures[2].Reported; minutes.N != 5 || !letters.Hidden {
		f.t.Errorf("the region's lead sees that %+v and %+v practices reported, want 5 and nothing", minutes, letters)
	}
	trend := must(f.service.Trend(f.t.Context(), f.actor("hub@demo.example"), service.ReportQuery{Place: "HUB-DALES"}))
	if first, last := trend[0], trend[len(trend)-1]; len(trend) != pastMonths || first.Figures[countersign.FigStarters].N == 0 || first.Figures[countersign.FigStarters].N >= last.Figures[countersign.FigStarters].N {
		f.t.Errorf("the trend is of %d months, from %v to %v starters", len(trend), first.Figures[countersign.FigStarters], last.Figures[countersign.FigStarters])
	}
	for _, state := range []countersign.ImpactState{countersign.ImpactEntered, countersign.ImpactSentBack} {
		if list, _, err := f.service.Impacts(f.t.Context(), f.actor("hub@demo.example"), "HUB-DALES", service.ImpactFilter{State: state}); err != nil || len(list) != 1 {
			f.t.Errorf("%d measures are %s (%v), want 1", len(list), state, err)
		}
	}
}

func statuses(r service.Record) []countersign.Status {
	var all []countersign.Status
	for _, c := range r.Competencies {
		all = append(all, c.Status)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func states(pieces []countersign.Evidence) []countersign.EvidenceState {
	var all []countersign.EvidenceState
	for _, e := range pieces {
		all = append(all, e.State)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func mediaTypes(pieces []countersign.Evidence) []string {
	var all []string
	for _, e := range pieces {
		for _, a := range e.Attachments {
			all = append(all, a.MediaType)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestSameSeedAndDaySameData(t *testing.T) {
	t.Parallel()
	later := storetest.Start.Add(3*time.Hour + 17*time.Microsecond) // the same London day
	first := dump(fillAt(t, storetest.SQLite(t), storetest.Start, 7, few()))
	again := dump(fillAt(t, storetest.SQLite(t), later, 7, few()))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same seed on the same day gives other data (-first +again):\n%s", diff)
	}
	if len(first) < 2000 {
		t.Errorf("only this was compared: %s", first)
	}
	if other := dump(fillAt(t, storetest.SQLite(t), storetest.Start, 8, few())); other == first {
		t.Error("another seed gives the same data")
	}
}

// dump lists what a demonstration holds: apprenticeships, statuses, pieces and
// decisions with identifiers, times, hashes and leaves.
func dump(f filled) string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, r := range regions {
		for _, row := range f.apprenticeships(email(r.hubLead)) {
			say("%s %s %s %s %v %s %s", row.ID, row.ApprenticeName, row.State, row.Practice, row.Progress, row.CreatedAt, row.LastActivityAt)
			learner := f.actor(row.ApprenticeEmail)
			record := must(f.service.Record(f.t.Context(), learner, row.ID))
			for _, c := range record.Competencies {
				say("%s %s %s %s %s %s", row.ID, c.Code, c.Status, c.Level, c.Waiting, c.WaitingSince)
			}
			pieces, _, err := f.service.EvidenceList(f.t.Context(), learner, row.ID, store.EvidenceFilter{Limit: 200})
			if err != nil {
				f.t.Fatal(err)
			}
			for _, e := range pieces {
				page := must(f.service.Evidence(f.t.Context(), learner, e.ID))
				say("%s %s %s %q %q %q %v %s", e.ID, e.State, e.Kind, e.Title, page.Evidence.Narrative, page.Evidence.Details, e.Mapping, e.SubmittedAt)
				for _, r := range page.Revisions {
					say("%s revision %d %s", e.ID, r.Number, r.Hash)
				}
				for _, a := range e.Attachments {
					say("%s %s %s %s", a.ID, e.ID, a.Name, a.SHA256)
				}
			}
			for _, so := range must(f.service.SignOffs(f.t.Context(), learner, row.ID)) {
				say("%s %s %s %s %s", so.ID, so.Competency, so.Decision, so.SignedAt, so.Leaf)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// draftIsOpen: one framework version is in the making, with a reviewer and two
// comments, and nothing in it needs mending.
func draftIsOpen(f filled) {
	f.t.Helper()
	lead := f.actor("hub@demo.example")
	drafts, err := f.service.FrameworkDrafts(f.t.Context(), lead)
	if err != nil || len(drafts) != 1 {
		f.t.Fatalf("%d framework drafts, %v; want 1", len(drafts), err)
	}
	r, err := f.service.FrameworkDraft(f.t.Context(), lead, drafts[0].ID)
	if err != nil || r.Draft.State != countersign.DraftOpen || len(r.Problems) != 0 || len(r.Reviewers) != 1 || len(r.Comments) != 2 {
		f.t.Errorf("the draft is %s with %d problems, %d reviewers and %d comments, %v", r.Draft.State, len(r.Problems), len(r.Reviewers), len(r.Comments), err)
	}
	_, diff, err := f.service.DraftDifference(f.t.Context(), lead, r.Draft.ID)
	if err != nil || diff.Same() {
		f.t.Errorf("the draft changes nothing, %v", err)
	}
}
