package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"countersign/internal/countersign"
)

// Load says what Run does, and for how long.
type Load struct {
	URL      string // of the running server
	Anywhere bool   // also one that isn't on this machine
	Data     string // folder that Seed was given
	People   int    // at the same time
	Duration time.Duration
	Pause    time.Duration // between two steps of a person
	Rounds   int           // that each does at most; 0: as many as there is time for
	Clock    func() time.Time
}

// Run has people use a running server, each signed in and at their own pace:
// of four, two apprentices, a GP supervisor and a training hub lead. It ends by
// itself and tells how long each of their steps took.
func Run(ctx context.Context, l Load) (*Latencies, error) {
	if err := l.near(); err != nil {
		return nil, err
	}
	cast, err := readCast(l.Data)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, l.Duration)
	defer cancel()
	taken := NewLatencies()
	var playing sync.WaitGroup
	for n := range l.People {
		who := cast[n*len(cast)/l.People%len(cast)]
		playing.Go(func() {
			a := &actor{load: l, taken: taken, browser: newBrowser(l.URL), who: who, number: n}
			a.play(ctx, []role{a.learn, a.learn, a.supervise, a.lead}[n%4], []string{who.Apprentice, who.Apprentice, who.Supervisor, who.Hub}[n%4])
		})
	}
	playing.Wait()
	return taken, nil
}

// near refuses a server on another machine: its owner may not want this.
func (l Load) near() error {
	u, err := url.Parse(l.URL)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("%q is not an address such as http://127.0.0.1:8080", l.URL)
	}
	ip := net.ParseIP(u.Hostname())
	if !l.Anywhere && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not this machine. Say --anywhere if its owner knows", u.Hostname())
	}
	return nil
}

// actor is somebody who plays.
type actor struct {
	load    Load
	taken   *Latencies
	browser *browser
	who     player
	number  int
}

// role is one round of what somebody does.
type role func(context.Context, int) error

// play signs in and goes round until the time is over.
func (a *actor) play(ctx context.Context, round role, email string) {
	signedIn := false
	for n := 0; ctx.Err() == nil && (a.load.Rounds == 0 || n < a.load.Rounds); n++ {
		err := error(nil)
		if !signedIn {
			_, err = a.step(ctx, "sign in", func() (*page, error) {
				p, err := a.browser.post(ctx, "/sign-in", url.Values{"email": {email}, "password": {Password}}, nil)
				if err == nil && p.path == "/sign-in" {
					err = failure{"not signed in"}
				}
				return p, err
			})
			signedIn = err == nil
		}
		if err == nil {
			_ = round(ctx, n) // a step that failed is counted
		}
		a.rest(ctx)
	}
}

// step does one thing and counts how long it took.
func (a *actor) step(ctx context.Context, name string, do func() (*page, error)) (*page, error) {
	began := a.load.Clock()
	p, err := do()
	if ctx.Err() != nil { // broken off by the end
		return nil, ctx.Err()
	}
	a.taken.Add(name, a.load.Clock().Sub(began), err)
	a.rest(ctx)
	return p, err
}

func (a *actor) open(ctx context.Context, name, path string) (*page, error) {
	return a.step(ctx, name, func() (*page, error) { return a.browser.get(ctx, path) })
}

func (a *actor) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(a.load.Pause):
	}
}

// learn is an apprentice who looks at their record and logs a piece, and now
// and then exports their portfolio.
func (a *actor) learn(ctx context.Context, n int) error {
	record := "/apprenticeships/" + a.who.Apprenticeship
	_, err := a.open(ctx, "apprentice: home", "/")
	form, formErr := a.open(ctx, "apprentice: form for a piece", record+"/evidence/new?kind=reflective_account")
	if formErr == nil {
		_, formErr = a.step(ctx, "apprentice: submit a piece with a photo", func() (*page, error) { return a.logPiece(ctx, form, n) })
	}
	_, listErr := a.open(ctx, "apprentice: evidence", record+"/evidence")
	_, allErr := a.open(ctx, "apprentice: competencies", record+"/competencies")
	if n%5 == 0 {
		_, pdfErr := a.open(ctx, "apprentice: portfolio as PDF", record+"/portfolio.pdf")
		err = errors.Join(err, pdfErr)
	}
	return errors.Join(err, formErr, listErr, allErr)
}

func (a *actor) logPiece(ctx context.Context, form *page, n int) (*page, error) {
	action, filled, all, err := form.form("/evidence")
	if err != nil {
		return nil, err
	}
	if len(all["competencies"]) == 0 {
		return nil, failure{"no competency to select"}
	}
	today := countersign.LondonDate(a.load.Clock())
	for name, value := range map[string]string{
		"title": fmt.Sprintf("A morning in clinic, %d", n+1), "narrative": narratives[n%len(narratives)], "reflection": reflections[n%len(reflections)],
		"occurred_on.day": strconv.Itoa(today.Day), "occurred_on.month": strconv.Itoa(int(today.Month)), "occurred_on.year": strconv.Itoa(today.Year),
		"anonymised": all.Get("anonymised"), "intent": "submit",
	} {
		filled.Set(name, value)
	}
	codes := all["competencies"]
	code := codes[(a.number+n)%len(codes)]
	filled.Set("competencies", code)
	filled.Set("justification."+code, justifications[n%len(justifications)])
	p, err := a.browser.post(ctx, action, filled, Photo(n%photos))
	if err == nil && !strings.HasPrefix(p.path, "/evidence/") {
		err = failure{"not submitted"}
	}
	return p, err
}

// supervise is a GP supervisor who opens the queue and decides on what is on
// its first page, in one go: on pieces if any wait, else on competencies, since
// accepting a piece changes what a competency rests on.
func (a *actor) supervise(ctx context.Context, _ int) error {
	_, err := a.open(ctx, "GP: home", "/")
	queue, queueErr := a.open(ctx, "GP: queue", "/queue")
	if queueErr != nil {
		return errors.Join(err, queueErr)
	}
	action, filled, all, formErr := queue.form("/queue")
	pieces, competencies := map[string]string{}, map[string]string{}
	for name, values := range all {
		switch {
		case !strings.HasSuffix(name, ".decision") || len(values) < 2: // the first asks to choose
		case slices.Contains(values, "accept"):
			pieces[name] = "accept"
		default:
			competencies[name] = values[1]
		}
	}
	decided := pieces
	if len(pieces) == 0 {
		decided = competencies
	}
	if formErr != nil || len(decided) == 0 {
		return err // nothing waits
	}
	for name, decision := range decided {
		filled.Set(name, decision)
	}
	_, signErr := a.step(ctx, "GP: decide the queue", func() (*page, error) { return a.browser.post(ctx, action, filled, nil) })
	return errors.Join(err, signErr)
}

// lead is a training hub lead who looks at the hub.
func (a *actor) lead(ctx context.Context, _ int) error {
	_, home := a.open(ctx, "hub: home", "/")
	_, report := a.open(ctx, "hub: report", "/reports/"+a.who.HubCode)
	_, list := a.open(ctx, "hub: apprentices", "/apprenticeships")
	return errors.Join(home, report, list)
}
