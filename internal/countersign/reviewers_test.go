package countersign

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhoAPieceWaitsFor(t *testing.T) {
	t.Parallel()
	f := Framework{
		Signing: Signing{Assess: []NamingRole{GPSupervisor, SecondaryMentor, Assessor}, Countersign: GPSupervisor},
		Domains: []Domain{
			{Code: "CARE", Competencies: []Competency{{Code: "CA1", Domain: "CARE"}}},
			{Code: "CLIN", Competencies: []Competency{{Code: "CL1", Domain: "CLIN"}}},
		},
	}
	namings := []Naming{
		{Person: "gp", PersonName: "Bell", Role: GPSupervisor}, {Person: "gp", PersonName: "Bell", Role: Assessor},
		{Person: "tom", PersonName: "Reed", Role: Assessor, Domains: []string{"CARE"}},
		{Person: "vera", PersonName: "Vera", Role: NamedVerifier},
		{Person: "asha", PersonName: "Asha", Role: Assessor}, // can't be, and must not matter
	}
	for _, tc := range []struct {
		name    string
		mapping []string
		want    []string
	}{
		{"one domain", []string{"CA1"}, []string{"Bell", "Reed"}},
		{"both, so not the assessor of one", []string{"CA1", "CL1"}, []string{"Bell"}},
		{"no mapping", nil, []string{"Bell", "Reed"}},
		{"an unknown competency", []string{"XX"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := Evidence{Apprentice: "asha"}
			for _, code := range tc.mapping {
				e.Mapping = append(e.Mapping, Mapping{Competency: code})
			}
			if diff := cmp.Diff(tc.want, names(e.Reviewers(f, namings))); diff != "" {
				t.Errorf("Reviewers() (-want +got):\n%s", diff)
			}
		})
	}
	item, ok := Summary{Competency: Competency{Code: "CL1"}, Waiting: WaitCountersign, Awaits: GPSupervisor, OpenAssessor: "tom"}.Item("asha")
	if diff := cmp.Diff([]string{"Bell"}, names(item.WaitsFor(f, namings))); diff != "" || !ok {
		t.Errorf("WaitsFor() of a countersignature (-want +got):\n%s", diff)
	}
	if _, ok := (Summary{}).Item("asha"); ok {
		t.Error("Item() of a summary that waits for nobody says that it does")
	}
}

func names(namings []Naming) []string {
	var out []string
	for _, n := range namings {
		out = append(out, n.PersonName)
	}
	return out
}
