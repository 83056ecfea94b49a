package transfer

import "strings"

// judging are the columns that say who judged or stood in for somebody. The
// apprentice of a record becomes somebody of the installation that accepts it,
// so a judgement in their name would be taken for one that was made there.
var judging = map[string][]string{
	"namings": {"person_id", "covers_id"}, "evidence": {"recorded_by", "observed_by", "accepted_by"}, "reviews": {"reviewer_id"}, "sign_offs": {"assessor_id"},
	"prior_learning": {"decided_by"}, "gateway_declarations": {"by_id"}, "submissions": {"by_id"}, "verifications": {"by_id"}, "awards": {"by_id"},
}

// checkJudges refuses a record in which the apprentice judges themselves, in
// which nobody is said to have verified or awarded, and one whose people aren't
// said to be from anywhere.
func (p *Package) checkJudges() error {
	apprentice := ""
	p.Document.Each("apprenticeships", func(get Getter) { apprentice = get.Text("apprentice_id") })
	var err error
	refuseIf := func(wrong bool, format string, args ...any) {
		if wrong && err == nil {
			err = refuse(format, args...)
		}
	}
	for table, columns := range judging {
		p.Document.Each(table, func(get Getter) {
			for _, c := range columns {
				refuseIf(get.Text(c) == apprentice, "data.json: %q in %q is the apprentice, who cannot judge their own record", c, table)
			}
		})
	}
	p.Document.Each("hours_decisions", func(get Getter) {
		refuseIf(get.Text("by_id") == apprentice && get.Text("state") != "reversed", "data.json: the apprentice verified their own hours")
	})
	p.Document.Each("progress_review_signatures", func(get Getter) {
		refuseIf(get.Text("person_id") == apprentice && get.Text("party") != "apprentice", "data.json: the apprentice signed a progress review for somebody else")
	})
	p.Document.Each("skills_scans", func(get Getter) {
		refuseIf(get.Text("by_id") == apprentice && get.Text("side") != "apprentice", "data.json: the apprentice filled in a skills scan for somebody else")
	})
	for _, table := range []string{"verifications", "awards"} {
		p.Document.Each(table, func(get Getter) {
			refuseIf(get.Text("by_id") == "", "data.json: a row of %q says of nobody that it was them", table)
		})
	}
	p.Document.Each("people", func(get Getter) {
		from := get.Text("origin")
		refuseIf(!strings.HasPrefix(from, "https://") && !strings.HasPrefix(from, "http://"), "data.json: %s is not said to be from an installation", get.Text("id"))
	})
	return err
}
