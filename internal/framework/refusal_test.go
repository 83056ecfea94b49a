package framework_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/framework"
)

// refusal is a passage of the small framework, what stands there instead, and
// every problem that must be reported for it.
type refusal struct {
	name, old, replacement string
	want                   []string
}

func testRefusals(t *testing.T, cases []refusal) {
	t.Helper()
	t.Parallel()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			f, err := framework.Parse("", []byte(changed(t, tc.old, tc.replacement)))
			if diff := cmp.Diff(tc.want, problemsOf(t, err)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if f.ID != "" || f.SHA256 != "" {
				t.Error("a refused file gave a framework")
			}
		})
	}
}

func TestParseRefusesWrongKeys(t *testing.T) {
	testRefusals(t, []refusal{
		{"unknown key at the top", "title: Blood bike rider", "titel: Blood bike rider", []string{
			`1:1: a framework needs the key "title"`,
			`3:1: "titel" is not a key of a framework; did you mean "title"?`,
		}},
		{"unknown key of a competency", "guidance: 'Be seen riding.'", "weather: 'Be seen riding.'", []string{
			`57:9: "weather" is not a key of a competency`,
		}},
		{"unknown key of a requirement", "entries: 10", "entry: 10", []string{
			`60:117: "entry" is not a key of requires`,
		}},
		{"unknown key of a duty", "text: \"Waits\"", "text: Waits\n      hours: 3", []string{
			`21:7: "hours" is not a key of a duty`,
		}},
		{"duplicate key at the top", "status: published", "status: published\nid: other", []string{
			`5:1: the key "id" is here twice; the first is on line 1`,
		}},
		{"duplicate key of a competency", "title: Park", "title: Park\n        code: RIDE-3", []string{
			`67:9: the key "code" is here twice; the first is on line 65`,
		}},
		{"duplicate domain in domain_assess", "ROAD: [practice_manager]", "ROAD: [practice_manager]\n    ROAD: [assessor]", []string{
			`44:5: the key "ROAD" is here twice; the first is on line 43`,
		}},
		{"the id is missing", "id: blood-bike\n", "", []string{`1:1: a framework needs the key "id"`}},
		{"the statement is missing", "        statement: >\n          Parks.\n", "", []string{`65:9: a competency needs the key "statement"`}},
		{"core is missing", "        core: false\n", "", []string{`65:9: a competency needs the key "core"`}},
		{"pieces is missing", "pieces: 1\n", "observed: 0\n", []string{`73:11: requires needs the key "pieces"`}},
		{"two_people is missing", "  two_people: true\n", "", []string{`41:3: signing needs the key "two_people"`}},
		{"the competencies of a duty are missing", "text: \"Waits\"\n      competencies: []", "text: Waits", []string{`19:7: a duty needs the key "competencies"`}},
		{"a source without an address", "    url: https://example.org/page\n", "", []string{`8:5: a source needs the key "url"`}},
	})
}

func TestParseRefusesWrongTypes(t *testing.T) {
	testRefusals(t, []refusal{
		{"text that YAML reads as a number", "version: 1.2.0", "version: 2", []string{`2:10: version must be text; write "2" with the quotes`}},
		{"text that YAML reads as true", "title: A page", "title: true", []string{`9:12: title must be text; write "true" with the quotes`}},
		{"a level as a number", `default_threshold: "2"`, "default_threshold: 2", []string{`39:22: default_threshold must be text; write "2" with the quotes`}},
		{"a list for a text", "band: Band 3", "band: [Band 3]", []string{`15:9: band must be text`}},
		{"a text for a list", "assess: [gp_supervisor, secondary_mentor]", "assess: gp_supervisor", []string{`41:11: assess must be a list`}},
		{"a text for keys", "  months:\n    min: 6\n    max: 9\n", "  months: 6 to 9\n", []string{`23:11: months must be a group of keys`}},
		{"a list for keys", "domain_assess:\n    ROAD: [practice_manager]", "domain_assess: [practice_manager]", []string{`42:18: domain_assess must be a group of keys`}},
		{"a text as a duty", "- code: T2\n      text: \"Waits\"\n      competencies: []", "- waits", []string{`19:7: an item of duties must be a group of keys`}},
		{"a number in quotes", "min: 6", `min: "6"`, []string{`24:10: min must be a whole number in digits, without quotes`}},
		{"a fraction", "max: 9", "max: 9.5", []string{`25:10: max must be a whole number in digits, without quotes`}},
		{"a number that reads as eight", "max: 9", "max: 010", []string{`25:10: max must be a whole number in digits, without quotes`}},
		{"a hexadecimal number", "max: 9", "max: 0x9", []string{`25:10: max must be a whole number in digits, without quotes`}},
		{"a number too long to be one", "max: 9", "max: 99999999999999999999", []string{`25:10: max must be a whole number in digits, without quotes`}},
		{"yes for true", "two_people: true", "two_people: yes", []string{`45:15: two_people must be true or false`}},
		{"nothing", "band: Band 3", "band:", []string{`15:8: band has no value`}},
		{"nothing where a list is due", "competencies: []", "competencies:", []string{`21:20: competencies has no value`}},
		{"nothing in a list", "replaces: [OLD-1]", "replaces: [null]", []string{`64:20: an item of replaces has no value`}},
		{"the top is a list", small(t), "- id: blood-bike\n", []string{`1:1: the file must be a group of keys`}},
		{"the top is a word", small(t), "blood-bike\n", []string{`1:1: the file must be a group of keys`}},
	})
}

func TestParseRefusesWrongNumbers(t *testing.T) {
	testRefusals(t, []refusal{
		{"negative", "extension_months: 3", "extension_months: -3", []string{`26:21: extension_months must be from 0 to 24, not -3`}},
		{"absurd months", "max: 9", "max: 9000", []string{`25:10: max must be from 1 to 60, not 9000`}},
		{"more hours than a week of work has", "protected_hours_per_week: 8", "protected_hours_per_week: 80", []string{`27:29: protected_hours_per_week must be from 0 to 60, not 80`}},
		{"absurd pieces", "pieces: 1\n", "pieces: 1001\n", []string{`73:19: pieces must be from 1 to 100, not 1001`}},
		{"no pieces", "pieces: 1\n", "pieces: 0\n", []string{`73:19: pieces must be from 1 to 100, not 0`}},
		{"absurd renewal", "renew_months: 12", "renew_months: 1200", []string{`61:23: renew_months must be from 0 to 120, not 1200`}},
		{"the shortest is longer than the longest", "min: 6", "min: 10", []string{`24:10: the shortest programme (10 months) is longer than the longest (9)`}},
		{"a milestone after the end", "month: 4", "month: 13", []string{`30:48: month 13 is after the end of the longest programme with its extension (12 months)`}},
	})
}

func TestParseRefusesWrongWords(t *testing.T) {
	testRefusals(t, []refusal{
		{"id", "id: blood-bike", "id: Blood Bike", []string{`1:5: "Blood Bike" is not an id; use lower-case letters and digits with single hyphens, starting with a letter`}},
		{"version", "version: 1.2.0", "version: 1.02.0", []string{`2:10: "1.02.0" is not a version; use three numbers with dots, such as 1.0.0`}},
		{"status", "status: published", "status: final", []string{`4:9: "final" is not a status; use draft, published or retired`}},
		{"standing", "standing: community-draft", "standing: mine", []string{`5:11: "mine" is not a standing; use official or community-draft`}},
		{"kind accepted", "- reflective_account", "- reflection", []string{
			`71:13: "reflection" is not a kind of evidence; use observation, procedure, procedure_log, witness_testimony, expert_witness, professional_discussion, case_discussion, reflective_account, work_product, audit, certificate, questioning, colleague_feedback or patient_feedback`,
		}},
		{"kind required", "kinds: [certificate, ", "kinds: [diploma, ", []string{
			`60:44: "diploma" is not a kind of evidence; use observation, procedure, procedure_log, witness_testimony, expert_witness, professional_discussion, case_discussion, reflective_account, work_product, audit, certificate, questioning, colleague_feedback or patient_feedback`,
		}},
		{"role that assesses", "[gp_supervisor, secondary_mentor]", "[gp_supervisor, verifier]", []string{
			`41:27: "verifier" is not a role that can judge; use gp_supervisor, secondary_mentor, assessor or practice_manager`,
		}},
		{"role for a domain", "ROAD: [practice_manager]", "ROAD: [hub_lead]", []string{
			`43:12: "hub_lead" is not a role that can judge; use gp_supervisor, secondary_mentor, assessor or practice_manager`,
		}},
		{"nobody judges their own work", "countersign: gp_supervisor", "countersign: apprentice", []string{
			`44:16: "apprentice" is not a role that can judge; use gp_supervisor, secondary_mentor, assessor or practice_manager`,
		}},
		{"code with a space", "code: ROAD", "code: RO AD", []string{
			`43:5: there is no domain "ROAD"`,
			`47:11: "RO AD" is not a code; use at most 40 letters and digits with single hyphens, dots or underscores between them`,
		}},
		{"code with a slash", "code: T2", "code: T/2", []string{
			`19:13: "T/2" is not a code; use at most 40 letters and digits with single hyphens, dots or underscores between them`,
		}},
		{"equivalent without a framework", `"gpa-combined:GPA-CL8"`, "GPA-CL8", []string{
			`63:25: "GPA-CL8" must be a framework and a code with a colon between them, such as gpa-combined:GPA-CL2`,
		}},
		{"address that runs a script", "url: https://example.org/page", "url: javascript:alert(1)", []string{
			`10:10: "javascript:alert(1)" is not a web address; it must begin with https:// or http:// and have at most 500 characters`,
		}},
		{"address without a host", "url: https://example.org/page", "url: https:page", []string{
			`10:10: "https:page" is not a web address; it must begin with https:// or http:// and have at most 500 characters`,
		}},
	})
}

func TestParseRefusesWrongTexts(t *testing.T) {
	testRefusals(t, []refusal{
		{"empty", "title: Park", `title: ""`, []string{`66:16: title must not be empty`}},
		{"only space", "title: Park", `title: "  "`, []string{`66:16: title must not be empty`}},
		{"title over two lines", "title: Park", `title: "Park\nwell"`, []string{`66:16: title must be on one line`}},
		{"title too long", "title: Park", "title: " + strings.Repeat("é", 201), []string{`66:16: title has 201 characters; at most 200 are allowed`}},
		{"guidance too long", "guidance: 'Be seen riding.'", "guidance: " + strings.Repeat("é", 4001), []string{`57:19: guidance has 4001 characters; at most 4000 are allowed`}},
		{"a tab", "title: Park", `title: "Park\tit"`, []string{`66:16: title contains a tab, a control character or a character that changes the direction of writing`}},
		{"an escaped NUL", "title: Park", `title: "Park\0"`, []string{`66:16: title contains a tab, a control character or a character that changes the direction of writing`}},
		{"text that reads backwards", "title: Park", `title: "Park \u202e"`, []string{`66:16: title contains a tab, a control character or a character that changes the direction of writing`}},
		{"community draft without a notice", "notice: Written by a training hub; not official.\n", "", []string{
			`5:11: a community draft needs the key "notice", which is shown wherever the framework is shown`,
		}},
		{"community draft with an empty notice", "notice: Written by a training hub; not official.\n", "notice: ''\n", []string{
			`6:9: notice must not be empty`,
		}},
	})
}

func TestParseRefusesEmptyLists(t *testing.T) {
	testRefusals(t, []refusal{
		{"no domains", small(t)[strings.Index(small(t), "domains:"):], "domains: []\n", []string{
			`18:23: there is no competency "RIDE-1"`, `18:31: there is no competency "RIDE-2"`,
			`43:5: there is no domain "ROAD"`,
			`46:10: domains must not be empty`,
		}},
		{"an empty domain", small(t)[strings.Index(small(t), "    competencies:\n"):], "    competencies: []\n", []string{
			`18:23: there is no competency "RIDE-1"`, `18:31: there is no competency "RIDE-2"`,
			`49:19: competencies must not be empty`,
		}},
		{"no evidence accepted", "evidence:\n          - reflective_account", "evidence: []", []string{`70:19: evidence must not be empty`}},
		{"an empty group of kinds", "[observation, procedure]]", "[]]", []string{`60:57: an item of kinds must not be empty`}},
		{"nobody assesses", "assess: [gp_supervisor, secondary_mentor]", "assess: []", []string{`41:11: assess must not be empty`}},
		{"nobody assesses a domain", "ROAD: [practice_manager]", "ROAD: []", []string{`43:11: ROAD must not be empty`}},
	})
}

func TestParseRefusesDuplicateCodes(t *testing.T) {
	testRefusals(t, []refusal{
		{"competency", "code: RIDE-2", "code: RIDE-1", []string{
			`18:31: there is no competency "RIDE-2"`,
			`63:49: there is no competency "RIDE-2" in this framework`,
			`65:15: the competency code "RIDE-1" is already used on line 50`,
		}},
		{"competency but for the case", "title: Park", "title: Park\n        statement: Parks.\n        core: false\n        evidence: [audit]\n        requires: {pieces: 1}\n      - code: ride-1\n        title: Park", []string{
			`71:15: the competency code "ride-1" is already used on line 50`,
		}},
		{"domain", "  - code: ROAD\n", "  - code: ROAD\n    title: Also\n    competencies:\n      - {code: A, title: A, statement: A, core: true, evidence: [audit], requires: {pieces: 1}}\n  - code: ROAD\n", []string{
			`51:11: the domain code "ROAD" is already used on line 47`,
		}},
		{"duty", "code: T2", "code: T1", []string{`19:13: the duty code "T1" is already used on line 17`}},
		{"level", `{code: "2", title`, `{code: "1", title`, []string{
			`38:14: the level code "1" is already used on line 37`,
			`39:22: there is no level "2" in the scale`,
		}},
		{"milestone", "milestones:\n", "milestones:\n    - {code: half-way, title: Other, month: 3}\n", []string{`31:14: the milestone code "half-way" is already used on line 30`}},
		{"source", "sources:\n", "sources:\n  - {id: S1, title: Other, url: \"https://example.org\"}\n", []string{`9:9: the source id "S1" is already used on line 8`}},
		{"kind", "- reflective_account", "- reflective_account\n          - reflective_account", []string{`72:13: "reflective_account" is listed twice`}},
		{"competency of a duty", "[RIDE-1, RIDE-2]", "[RIDE-1, RIDE-1]", []string{`18:31: "RIDE-1" is listed twice`}},
	})
}

func TestParseRefusesDanglingReferences(t *testing.T) {
	testRefusals(t, []refusal{
		{"duty to competency", "[RIDE-1, RIDE-2]", "[RIDE-1, RIDE-3]", []string{`18:31: there is no competency "RIDE-3"`}},
		{"duty to competency in another case", "[RIDE-1, RIDE-2]", "[RIDE-1, Ride-2]", []string{`18:31: there is no competency "Ride-2"`}},
		{"threshold to level", `threshold: "1"`, `threshold: "3"`, []string{`56:20: there is no level "3" in the scale`}},
		{"default threshold to level", `default_threshold: "2"`, `default_threshold: "3"`, []string{`39:22: there is no level "3" in the scale`}},
		{"domain_assess to domain", "ROAD: [practice_manager]", "RAIL: [practice_manager]", []string{`43:5: there is no domain "RAIL"`}},
		{"equivalent in this framework", "blood-bike:RIDE-2", "blood-bike:RIDE-3", []string{`63:49: there is no competency "RIDE-3" in this framework`}},
		{"the countersigner may not assess", "countersign: gp_supervisor", "countersign: assessor", []string{`44:16: "assessor" countersigns and so must be listed under assess`}},
	})
}

// A framework that isn't loaded may be named: files arrive in any order.
func TestParseAllowsOtherFrameworks(t *testing.T) {
	t.Parallel()
	if _, err := framework.Parse("", []byte(changed(t, "gpa-combined:GPA-CL8", "not-written-yet:X1"))); err != nil {
		t.Error(err)
	}
}

func TestParseRefusesCycles(t *testing.T) {
	testRefusals(t, []refusal{
		{"equivalent to itself", "blood-bike:RIDE-2", "blood-bike:RIDE-1", []string{`63:49: a competency can't be equivalent to itself`}},
		{"replaces itself", "replaces: [OLD-1]", "replaces: [RIDE-1]", []string{`64:20: a competency can't replace itself; keeping its code is enough`}},
		{"replace each other", "replaces: [OLD-1]\n      - code: RIDE-2", "replaces: [RIDE-2]\n      - code: RIDE-2\n        replaces: [RIDE-1]", []string{
			`64:20: "RIDE-1" and "RIDE-2" replace each other`,
			`66:20: "RIDE-2" and "RIDE-1" replace each other`,
		}},
	})
}
