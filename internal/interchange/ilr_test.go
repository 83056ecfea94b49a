package interchange

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"countersign/internal/countersign"
)

// Every sort of learner, with names and addresses that the schema wouldn't take
// as they are, makes a file that the official schema takes.
func TestTheHandOverFileIsValidAgainstTheOfficialSchema(t *testing.T) {
	t.Parallel()
	facts := func(name string, state countersign.ApprenticeshipState, changes ...countersign.Change) countersign.ILRLearner {
		return countersign.ILRLearner{TallyFacts: countersign.TallyFacts{
			Apprenticeship: countersign.Apprenticeship{
				ID: "01931f0e-7a3b-7c41-9d2e-0a1b2c3d4e5f", ApprenticeName: name, ApprenticeEmail: "ásha@example.org", State: state,
				StartOn: countersign.On(2025, 9, 1), PlannedEndOn: countersign.On(2026, 11, 30), EndedOn: countersign.On(2026, 10, 1), LastLearningOn: countersign.On(2026, 9, 1),
			},
			Programme: countersign.Programme{Hours: []countersign.HoursRule{{MinimumHours: 187, MonthsMin: 8}}}, Verified: 999999 * 60, Changes: changes,
		}}
	}
	awarded := facts("Llŷr ap \"Owain\" 3rd", countersign.CompletedProgramme,
		countersign.Change{Event: countersign.BeginBreak, From: countersign.Active, On: countersign.On(2026, 1, 5)},
		countersign.Change{Event: countersign.ReturnFromBreak, From: countersign.OnBreak, On: countersign.On(2026, 3, 2)})
	awarded.AwardedOn = countersign.On(2026, 10, 20)
	file, err := ILR{UKPRN: "10001234", At: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC), Learners: []countersign.ILRLearner{
		facts("Asha Patel", countersign.Active), awarded, facts(strings.Repeat("Z", 150), countersign.CompletedProgramme), facts("Mia & <Stake>", countersign.WithdrawnFromProgramme),
		facts("Owen Price", countersign.OnBreak, countersign.Change{Event: countersign.BeginBreak, From: countersign.Active, On: countersign.On(2026, 1, 5)}),
	}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ilr.xml")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("xmllint", "--noout", "--nonet", "--schema", "testdata/ilr-2025-26-schemafile25.xsd", path).CombinedOutput()
	if err != nil {
		t.Fatalf("xmllint (sudo apt-get install -y libxml2-utils): %v\n%s\n%s", err, out, file)
	}
	for _, want := range []string{"<ULN>9999999999</ULN>", "<GivenNames>Llŷr ap Owain</GivenNames>", "<FamilyName>rd</FamilyName>", "<LearnDelFAMType>RES</LearnDelFAMType>", "<OTJActHours>9999</OTJActHours>", "<WithdrawReason>98</WithdrawReason>", "<AchDate>2026-10-20</AchDate>"} {
		if !strings.Contains(string(file), want) {
			t.Errorf("no %s in\n%s", want, file)
		}
	}
	if strings.Contains(string(file), "sha@example.org") {
		t.Errorf("a part of an address is in\n%s", file)
	}
	if _, err := (ILR{UKPRN: "10001234"}).Encode(); err == nil {
		t.Error("a file without learners, which the schema refuses")
	}
}
