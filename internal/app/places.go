package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
	"countersign/internal/service"
)

// PlacesImport names the files of an import, and how to do it.
type PlacesImport struct {
	Practices string // epraccur.csv
	Boards    string // icb.csv; may be empty
	On        countersign.Date
	DryRun    bool
}

// ImportPlaces makes the tree of places what files of the Organisation Data
// Service say, and writes what became of it.
func (a *App) ImportPlaces(ctx context.Context, in PlacesImport, out io.Writer) error {
	file := countersign.PlacesFile{On: in.On}
	var wrongRows, wrongBoards []countersign.FileLine
	err := reading(in.Practices, func(r io.Reader) (err error) {
		wrongRows, err = interchange.ReadPractices(in.Practices, r, func(p countersign.ODSPractice) error {
			file.Practices = append(file.Practices, p)
			return nil
		})
		return err
	})
	if err == nil && in.Boards != "" {
		err = reading(in.Boards, func(r io.Reader) (err error) {
			file.Boards, wrongBoards, err = interchange.ReadBoards(in.Boards, r)
			return err
		})
	}
	if err != nil {
		return err
	}
	said := time.Now()
	plan, err := a.Service.ImportPlaces(ctx, a.Service.Operator(), service.PlacesImport{File: file, Try: in.DryRun, Progress: func(done int) {
		if time.Since(said) >= sayEvery {
			said = time.Now()
			fmt.Fprintf(out, "Changes made so far: %s\n", count(done))
		}
	}})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %s rows read\n", filepath.Base(in.Practices), count(len(file.Practices)))
	sayLines(out, in.Practices, "refused", wrongRows)
	if in.Boards != "" {
		fmt.Fprintf(out, "%s: %s boards read\n", filepath.Base(in.Boards), count(len(file.Boards)))
		sayLines(out, in.Boards, "refused", wrongBoards)
	}
	sayPlan(out, in, plan)
	return nil
}

func reading(file string, fn func(io.Reader) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	return fn(f)
}

func sayLines(out io.Writer, file, what string, lines []countersign.FileLine) {
	for _, l := range lines {
		where := filepath.Base(file)
		if l.Line > 0 {
			where += fmt.Sprintf(", line %d", l.Line)
		}
		fmt.Fprintf(out, "%s: %s: %s\n", where, what, l.Says)
	}
}

// sayPlan writes what an import did: every change but the additions by line,
// then the sums.
func sayPlan(out io.Writer, in PlacesImport, plan countersign.PlacesPlan) {
	type group struct {
		event countersign.PlaceEvent
		kind  countersign.OrganisationKind
	}
	sums := map[group]int{}
	for _, c := range plan.Changes {
		sums[group{c.Event, c.Place.Kind}]++
		if c.Event != countersign.PlaceAdded {
			fmt.Fprintln(out, changeWords(c))
		}
	}
	sayLines(out, in.Practices, "refused", plan.Refused)
	sayLines(out, in.Practices, "note", plan.Notes)
	fmt.Fprintf(out, "%s open GP practices of England in the file, %s of them as they were here\n", count(plan.Open), count(plan.Same))
	if plan.Missing > 0 {
		fmt.Fprintf(out, "Open practices here that are not in the file, and stay as they are: %s\n", count(plan.Missing))
	}
	for _, e := range countersign.PlaceEvents() {
		var parts []string
		for _, k := range countersign.OrganisationKinds() {
			if n := sums[group{e, k}]; n > 0 {
				parts = append(parts, count(n)+" "+kindWords(k, n))
			}
		}
		if len(parts) > 0 {
			fmt.Fprintf(out, "%s: %s\n", strings.ToUpper(string(e[:1]))+string(e[1:]), strings.Join(parts, ", "))
		}
	}
	if len(plan.Refused) > 0 {
		fmt.Fprintf(out, "Refused: %s\n", count(len(plan.Refused)))
	}
	switch {
	case len(plan.Changes) == 0:
		fmt.Fprintln(out, "Nothing changed.")
	case in.DryRun:
		fmt.Fprintln(out, "Dry run: nothing was changed.")
	}
}

func changeWords(c countersign.PlaceChange) string {
	says := c.Place.Code + " " + c.Place.Name + ": " + string(c.Event)
	switch c.Event {
	case countersign.PlaceRenamed:
		says += ", it was " + c.Was
	case countersign.PlaceMoved:
		says += " from " + c.Was + " to " + c.Parent
	case countersign.PlaceClosed:
		says += " after " + c.Place.EndedOn.Long()
	}
	return says
}

func kindWords(k countersign.OrganisationKind, n int) string {
	word := strings.ToLower(k.Title())
	if k == countersign.PCN {
		word = "network"
	}
	if n != 1 {
		word += "s"
	}
	return word
}

// count writes a number with commas.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
