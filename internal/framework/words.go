package framework

import (
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"countersign/internal/countersign"
)

// nouns name the groups of keys in messages.
var nouns = map[reflect.Type]string{
	reflect.TypeFor[File]():          "a framework",
	reflect.TypeFor[source]():        "a source",
	reflect.TypeFor[role]():          "the role",
	reflect.TypeFor[duty]():          "a duty",
	reflect.TypeFor[programme]():     "the programme",
	reflect.TypeFor[months]():        "months",
	reflect.TypeFor[milestone]():     "a milestone",
	reflect.TypeFor[hoursRule]():     "a rule for hours",
	reflect.TypeFor[pace]():          "pace",
	reflect.TypeFor[usual]():         "the file",
	reflect.TypeFor[payment]():       "a payment",
	reflect.TypeFor[condition]():     "a condition of the gateway",
	reflect.TypeFor[award]():         "the award",
	reflect.TypeFor[qualification](): "a qualification",
	reflect.TypeFor[stepWords]():     "a set of words",
	reflect.TypeFor[cycle]():         "a cycle",
	reflect.TypeFor[floor]():         "a category of a cycle",
	reflect.TypeFor[fact]():          "a fact",
	reflect.TypeFor[scale]():         "the scale",
	reflect.TypeFor[level]():         "a level",
	reflect.TypeFor[signing]():       "signing",
	reflect.TypeFor[domain]():        "a domain",
	reflect.TypeFor[competency]():    "a competency",
	reflect.TypeFor[requirement]():   "requires",
}

// The words that a file may use where the product knows a fixed set.
var (
	statuses  = []countersign.FrameworkStatus{countersign.FrameworkDraft, countersign.FrameworkPublished, countersign.FrameworkRetired}
	standings = []countersign.Standing{countersign.Official, countersign.CommunityDraft}
	// signers are the roles that can judge. A verifier checks afterwards, a
	// hub lead sees progress only, and nobody judges their own work.
	signers = []countersign.NamingRole{
		countersign.GPSupervisor, countersign.SecondaryMentor, countersign.Assessor, countersign.ManagerOfPractice,
	}
)

const (
	idLength        = 60
	codeLength      = 40
	referenceLength = idLength + 1 + codeLength
)

var (
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	codePattern = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)
)

// words holds the checks of single words. Each returns what is wrong, to
// follow the word in a sentence, or nothing.
var words = map[string]func(string) string{
	"id": func(s string) string {
		if len(s) > idLength || !idPattern.MatchString(s) {
			return "is not an id; use lower-case letters and digits with single hyphens, starting with a letter"
		}
		return ""
	},
	"code": func(s string) string {
		if len(s) > codeLength || !codePattern.MatchString(s) {
			return "is not a code; use at most 40 letters and digits with single hyphens, dots or underscores between them"
		}
		return ""
	},
	"version": func(s string) string {
		if !versionPattern.MatchString(s) {
			return "is not a version; use three numbers with dots, such as 1.0.0"
		}
		return ""
	},
	"reference": func(s string) string {
		id, code, _ := strings.Cut(s, ":")
		if len(s) > referenceLength || !idPattern.MatchString(id) || !codePattern.MatchString(code) {
			return "must be a framework and a code with a colon between them, such as gpa-combined:GPA-CL2"
		}
		return ""
	},
	"url": func(s string) string {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(s) > 500 || strings.ContainsRune(s, ' ') {
			return "is not a web address; it must begin with https:// or http:// and have at most 500 characters"
		}
		return ""
	},
	"date": func(s string) string {
		if _, err := countersign.ParseDate(s); err != nil {
			return "is not a date; use the form 2026-03-27"
		}
		return ""
	},
	"trigger":   oneOf("a trigger of a payment", countersign.PaymentTriggers()),
	"condition": oneOf("a kind of condition", countersign.ConditionKinds()),
	"status":    oneOf("a status", statuses),
	"standing":  oneOf("a standing", standings),
	"role":      oneOf("a role that can judge", signers),
	"kind":      oneOf("a kind of evidence", countersign.EvidenceKinds()),
}

func oneOf[T ~string](noun string, allowed []T) func(string) string {
	return func(s string) string {
		if slices.Contains(allowed, T(s)) {
			return ""
		}
		return "is not " + noun + "; use " + listed(allowed)
	}
}
