package framework_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// A requirement that nobody can meet, or whose number of pieces is less than
// its other parts need, is refused before anybody enrols on it.
func TestParseRefusesWhatCannotBeMet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, evidence, requires string
		want                     []string
	}{
		{"one piece", "[audit]", "{pieces: 1}", nil},
		{"observed by an observation", "[observation]", "{pieces: 1, observed: 1}", nil},
		{"observed by a procedure", "[procedure]", "{pieces: 1, observed: 1}", nil},
		{"observed by an expert witness", "[expert_witness]", "{pieces: 1, observed: 1}", nil},
		{"observed, but nothing observable is accepted", "[audit, witness_testimony]", "{pieces: 2, observed: 1}", []string{
			"71:41: an observed piece is required but evidence accepts none of observation, procedure or expert_witness"}},
		{"more observed than pieces", "[observation]", "{pieces: 2, observed: 3}", []string{
			"71:28: the other parts of the requirement need at least 3 pieces, so pieces can't be 2"}},
		{"a kind that isn't accepted", "[audit]", "{pieces: 1, kinds: [certificate]}", []string{
			`71:39: "certificate" is required but isn't accepted under evidence`}},
		{"a kind of a group that isn't accepted", "[audit]", "{pieces: 1, kinds: [[audit, certificate]]}", []string{
			`71:39: "certificate" is required but isn't accepted under evidence`}},
		{"a kind in two groups", "[audit, certificate]", "{pieces: 2, kinds: [audit, [audit, certificate]]}", []string{
			`71:46: "audit" is in two groups; one piece would meet both`}},
		{"two groups, two pieces", "[audit, certificate]", "{pieces: 2, kinds: [audit, certificate]}", nil},
		{"two groups, one piece", "[audit, certificate]", "{pieces: 1, kinds: [audit, certificate]}", []string{
			"71:28: the other parts of the requirement need at least 2 pieces, so pieces can't be 1"}},
		{"an observed piece serves its group", "[observation, certificate]", "{pieces: 2, observed: 1, kinds: [observation, certificate]}", nil},
		{"an observed piece is no certificate", "[observation, certificate]", "{pieces: 1, observed: 1, kinds: [certificate]}", []string{
			"71:28: the other parts of the requirement need at least 2 pieces, so pieces can't be 1"}},
		{"entries without a log", "[observation]", "{pieces: 1, entries: 5}", []string{
			"71:40: log entries are required but evidence doesn't accept procedure_log"}},
		{"entries need the log itself", "[observation, procedure_log]", "{pieces: 1, observed: 1, entries: 5}", []string{
			"71:28: the other parts of the requirement need at least 2 pieces, so pieces can't be 1"}},
		{"the log serves its group", "[procedure, procedure_log]", "{pieces: 1, kinds: [procedure_log], entries: 5}", nil},
		{"the log serves a group, but isn't observed", "[procedure, procedure_log]", "{pieces: 1, observed: 1, kinds: [[procedure, procedure_log]], entries: 5}", []string{
			"71:28: the other parts of the requirement need at least 2 pieces, so pieces can't be 1"}},
		{"as many assessors as pieces", "[audit]", "{pieces: 2, assessors: 2}", nil},
		{"more assessors than pieces", "[audit]", "{pieces: 1, assessors: 2}", []string{
			"71:42: 2 people can't each accept one of 1 pieces"}},
		{"a wrong kind is reported once", "[audit, watching]", "{pieces: 1, observed: 1}", []string{
			`70:27: "watching" is not a kind of evidence; use observation, procedure, procedure_log, witness_testimony, expert_witness, professional_discussion, case_discussion, reflective_account, work_product, audit, certificate, questioning, colleague_feedback or patient_feedback`}},
	} {
		text := changed(t, "evidence:\n          - reflective_account\n        requires:\n          pieces: 1\n",
			fmt.Sprintf("evidence: %s\n        requires: %s\n", tc.evidence, tc.requires))
		_, err := framework.Parse("", []byte(text))
		if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// Whatever requirement Parse accepts, the number of pieces it names is enough
// under the rules of the record, and an accepted one is never out of reach.
func TestAcceptedRequirementsCanBeMet(t *testing.T) {
	t.Parallel()
	base := small(t)
	const old = "evidence:\n          - reflective_account\n        requires:\n          pieces: 1\n"
	accepted := 0
	rapid.Check(t, func(rt *rapid.T) {
		kinds := rapid.SampledFrom(countersign.EvidenceKinds())
		distinct := func(label string, most int) string {
			var out []string
			for _, k := range rapid.SliceOfNDistinct(kinds, 1, most, rapid.ID).Draw(rt, label) {
				out = append(out, string(k))
			}
			return "[" + strings.Join(out, ", ") + "]"
		}
		number := func(label string, most int) int { return rapid.IntRange(0, most).Draw(rt, label) }
		var groups []string
		for range number("groups", 2) {
			groups = append(groups, distinct("group", 2))
		}
		text := strings.Replace(base, old, fmt.Sprintf(
			"evidence: %s\n        requires: {pieces: %d, observed: %d, assessors: %d, entries: %d, kinds: [%s]}\n",
			distinct("evidence", 14), 1+number("pieces", 5), number("observed", 3), number("assessors", 3),
			number("entries", 1)*7, strings.Join(groups, ", ")), 1)
		f, err := framework.Parse("", []byte(text))
		if err != nil {
			return
		}
		accepted++
		c, _ := f.Competency("RIDE-2")
		assertCanBeMet(rt, c)
	})
	if accepted == 0 {
		t.Error("no requirement was accepted; the test proves nothing")
	}
}
