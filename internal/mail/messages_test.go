package mail_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/countersign"
	"countersign/internal/mail"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	asha        = mail.Recipient{Email: "apprentice@demo.example", Name: "Asha Patel"}
	phlebotomy  = mail.Competency{Code: "C4.2", Title: "Phlebotomy"}
	reception   = mail.Competency{Code: "A1.1", Title: "Greeting patients & carers"}
	august      = time.Date(2026, 8, 6, 16, 30, 0, 0, time.UTC) // 5:30pm in London
	competences = []mail.Competency{phlebotomy, reception}
)

type messager interface{ Message() mail.Message }

// samples has one of each mail, and the cases that read differently.
var samples = map[string]messager{
	"invited":              mail.Invited{asha, "Dr Megan Bell", "Riverside Surgery", "https://gpa.example/set-up/abc234", august},
	"invited-nameless":     mail.Invited{mail.Recipient{Email: "x@demo.example"}, "", "", "https://gpa.example/set-up/abc234", august.Add(-30 * time.Minute)},
	"reset-link":           mail.ResetLink{asha, "https://gpa.example/reset/abc234", august.Add(-5*time.Hour - 30*time.Minute)},
	"password-changed":     mail.PasswordChanged{asha, august, "https://gpa.example/sign-in"},
	"email-changed":        mail.EmailChanged{asha, august, "https://gpa.example/help#contact"},
	"named":                mail.Named{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, "Asha Patel", "GP supervisor", countersign.On(2026, time.August, 6), "https://gpa.example/apprenticeships/a1"},
	"file-removed":         mail.FileRemoved{asha, "https://gpa.example/evidence/e1"},
	"returned":             mail.Returned{asha, "Nurse Zoë Ńowak", []mail.Competency{phlebotomy}, "https://gpa.example/evidence/e1"},
	"returned-unmapped":    mail.Returned{asha, "Nurse Zoë Ńowak", nil, "https://gpa.example/evidence/e1"},
	"reported":             mail.Reported{asha, "https://gpa.example/evidence/e1"},
	"redacted":             mail.Redacted{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, "https://gpa.example/evidence/e1"},
	"report-closed":        mail.ReportClosed{asha, "https://gpa.example/evidence/e1"},
	"board-report":         mail.BoardReport{asha, "Dales and Coast Training Hub", countersign.Month{Year: 2026, Month: 10}, "https://gpa.example/reports/H1?month=2026-10", "https://gpa.example/reports/H1/report.pdf?month=2026-10", "https://gpa.example/stop-mail/t1"},
	"board-not-allowed":    mail.BoardReportNotAllowed{asha, "Sam Okafor", "Dales and Coast Training Hub", "https://gpa.example/reports/H1/mails"},
	"impact-sent-back":     mail.ImpactSentBack{asha, "GP time on correspondence", "https://gpa.example/impact/i1"},
	"accepted":             mail.Accepted{asha, "Nurse Zoë Ńowak", competences, "https://gpa.example/evidence/e1"},
	"recorded":             mail.Recorded{asha, "Nurse Zoë Ńowak", []mail.Competency{phlebotomy}, "https://gpa.example/evidence/e1"},
	"signed-off":           mail.SignedOff{asha, "Dr Megan Bell", phlebotomy, "Works alone", "https://gpa.example/apprenticeships/a1/competencies/C4.2"},
	"not-yet-competent":    mail.NotYetCompetent{asha, "Dr Megan Bell", phlebotomy, "https://gpa.example/apprenticeships/a1/competencies/C4.2"},
	"confirm-placement":    mail.ConfirmPlacement{mail.Recipient{Email: "ward7@stmarys.example", Name: "Łucja O’Neill"}, "Asha Patel", "https://gpa.example/placement-confirmation/t0k3n", august},
	"programme-changed":    mail.ProgrammeChanged{asha, "Asha Patel", "https://gpa.example/apprenticeships/a1/programme"},
	"portfolio-submitted":  mail.PortfolioSubmitted{mail.Recipient{Email: "verifier@demo.example", Name: "Professor Ingrid Sørensen"}, "Asha Patel", "https://gpa.example/apprenticeships/a1/gateway"},
	"portfolio-verified":   mail.PortfolioVerified{asha, "Asha Patel", "https://gpa.example/apprenticeships/a1/gateway"},
	"portfolio-referred":   mail.PortfolioReferred{asha, "Asha Patel", "https://gpa.example/apprenticeships/a1/gateway"},
	"award-recorded":       mail.AwardRecorded{asha, "https://gpa.example/apprenticeships/a1/gateway"},
	"review-due":           mail.ReviewDue{asha, "Asha Patel", countersign.On(2026, time.November, 30), false, "https://gpa.example/apprenticeships/a1/reviews"},
	"review-overdue":       mail.ReviewDue{asha, "Asha Patel", countersign.On(2026, time.November, 30), true, "https://gpa.example/apprenticeships/a1/reviews"},
	"prior-claimed":        mail.PriorLearning{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, "Asha Patel", false, "https://gpa.example/apprenticeships/a1/prior-learning"},
	"prior-decided":        mail.PriorLearning{asha, "Asha Patel", true, "https://gpa.example/apprenticeships/a1/prior-learning"},
	"version-changed":      mail.VersionChanged{asha, "1.1.0", false, competences, "https://gpa.example/apprenticeships/a1/competencies"},
	"version-carried":      mail.VersionChanged{asha, "1.1.0", false, nil, "https://gpa.example/apprenticeships/a1/competencies"},
	"version-back":         mail.VersionChanged{asha, "1.0.0", true, nil, "https://gpa.example/apprenticeships/a1/competencies"},
	"draft-to-review":      mail.DraftReview{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, "GPA combined, version 1.2.0", false, "https://gpa.example/framework-drafts/d1"},
	"draft-reviewed":       mail.DraftReview{mail.Recipient{Email: "hub@demo.example", Name: "Helen Cole"}, "GPA combined, version 1.2.0", true, "https://gpa.example/framework-drafts/d1"},
	"portfolio-received":   mail.PortfolioReceived{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, "Asha Patel", "Oakwood Surgery", "https://gpa.example/received/r1"},
	"cycle-ends":           mail.CycleEnds{asha, "CMA (AAMA) recertification", countersign.On(2026, time.November, 30), "https://gpa.example/apprenticeships/a1/cpd"},
	"sign-off-expires":     mail.SignOffExpires{asha, phlebotomy, countersign.On(2026, time.November, 30), "https://gpa.example/apprenticeships/a1/competencies/C4.2"},
	"decision-withdrawn":   mail.DecisionWithdrawn{asha, "Dr Megan Bell", phlebotomy, "https://gpa.example/apprenticeships/a1/competencies/C4.2"},
	"asked-to-countersign": mail.AskedToCountersign{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, "Nurse Zoë Ńowak", "Asha Patel", phlebotomy, "https://gpa.example/apprenticeships/a1/competencies/C4.2"},
	"digest":               mail.Digest{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, 3, countersign.On(2026, time.July, 28), "https://gpa.example/queue", 0, ""},
	"digest-one":           mail.Digest{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, 1, countersign.On(2026, time.July, 28), "https://gpa.example/queue", 0, ""},
	"digest-hours":         mail.Digest{mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, 3, countersign.On(2026, time.July, 28), "https://gpa.example/queue", 12, "https://gpa.example/hours"},
	"digest-only-hours":    mail.Digest{Recipient: mail.Recipient{Email: "gp@demo.example", Name: "Dr Megan Bell"}, Link: "https://gpa.example/hours", Hours: 1, HoursLink: "https://gpa.example/hours"},
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for name, sample := range samples {
		m := sample.Message()
		got := "To: " + m.ToName + " <" + m.To + ">\nSubject: " + m.Subject + "\n\n" + m.Text
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; go test -update writes it):\n%s", name, diff)
		}
		link := reflect.ValueOf(sample).FieldByName("Link").String()
		if !slices.Contains(strings.Split(m.Text, "\n"), link) {
			t.Errorf("%s: the link doesn't stand on a line of its own", name)
		}
	}
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) != len(samples) {
		t.Errorf("%d golden files for %d samples (%v)", len(files), len(samples), err)
	}
}

// A mail may be read by others: no message has a place for evidence, comments
// or patients.
func TestMessagesHaveNoFieldForRecords(t *testing.T) {
	t.Parallel()
	allowed := []string{"Recipient", "InvitedBy", "Organisation", "Link", "Until", "At", "Apprentice", "Role", "From",
		"Assessor", "Competencies", "Competency", "Level", "Waiting", "Oldest", "DueOn", "Overdue", "Decided",
		"Cycle", "EndsOn", "ExpiresOn", "Version", "Back", "Hours", "HoursLink", "Draft", "Reviewed", "Measure", "Month", "File", "Stop", "Reader"}
	for name, sample := range samples {
		for i := range reflect.TypeOf(sample).NumField() {
			if f := reflect.TypeOf(sample).Field(i).Name; !slices.Contains(allowed, f) {
				t.Errorf("%s has a field %s", name, f)
			}
		}
	}
}

// A name is a name, but none may break out of its line.
func TestNamesCannotAddLines(t *testing.T) {
	t.Parallel()
	evil := "Eve\r\nBcc: all@demo.example\u2028\x00\xff  Smith"
	m := mail.AskedToCountersign{
		Recipient: mail.Recipient{Email: "gp@demo.example", Name: evil}, Assessor: evil, Apprentice: evil,
		Competency: mail.Competency{Code: "C1", Title: evil}, Link: "https://gpa.example/",
	}.Message()
	for _, s := range []string{m.Subject, m.ToName} {
		if strings.ContainsAny(s, "\r\n\x00\u2028") {
			t.Errorf("%q has more than one line", s)
		}
	}
	if strings.Contains(m.Text, "\nBcc") || !strings.HasPrefix(m.Text, "Hello Eve Bcc: all@demo.example \ufffd Smith,\n") {
		t.Errorf("text:\n%s", m.Text)
	}
}
