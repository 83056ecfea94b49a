package demo

import (
	"slices"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// codes returns the competencies with those codes, written without "GPA-".
func codes(short string) []string {
	var out []string
	for _, c := range strings.Fields(short) {
		out = append(out, codeStart+c)
	}
	return out
}

const nonClinical = "gpa-non-clinical"

// everything is all that a demonstration tells.
func everything() []tale { return slices.Concat(shown, sameHub, elsewhere, lives, endings, others) }

// sameHub are the other apprenticeships that the hub lead of the sign-in page
// sees.
var sameHub = []tale{
	{name: "Tomasz Wójcik", practice: "B70102", began: 6, aim: 7, quiet: 38, waiting: []int{43}, lag: 12},
	{name: "Hannah Beaumont", practice: "B70103", began: 4, aim: 15, waiting: []int{2}, optional: codes("CA7"), lag: 4, script: covered},
	{name: "Mohammed Al-Rashid", practice: "B70103", began: 5, aim: 6, left: 20},
	{name: "Bethany Clarke", practice: "B70104", began: 10, aim: 22, waiting: []int{17, 5}, ready: 2, assessed: 1},
	{name: "Ifeoma Okonkwo", practice: "B70104", began: 3, aim: 10, waiting: []int{1}, drafts: 1},
	{name: "Callum Fraser", practice: "B70102", framework: nonClinical, began: 6, aim: 20, waiting: []int{4}, optional: codes("WF14")},
	{name: "José María Fernández", practice: "B70103", began: 4, aim: 11, waiting: []int{26, 19, 12}, ready: 2, assessed: 1, lag: 15, script: refused},
	{name: "Priya Raghunathan", practice: "B70104"},
	{name: "Amélie Dubois", practice: "B70103", began: 5, aim: 18, quiet: 3, returned: 1, optional: codes("CO3"), script: handedOver},
}

// elsewhere are the apprenticeships of the other regions.
var elsewhere = []tale{
	{name: "Jago Tremayne", practice: "L70102", began: 4, aim: 8, waiting: []int{11}, ready: 1},
	{name: "Chloé Martin", practice: "L70101", framework: nonClinical, began: 3, aim: 6, drafts: 1},
	{name: "Oluwaseun Adebayo", practice: "L70102", began: 2, aim: 4, waiting: []int{2}},

	{name: "Ayşe Yılmaz", practice: "F70101", began: 3, aim: 7, waiting: []int{6}, optional: codes("CL7")},
	{name: "Kwame Boateng", practice: "F70101", began: 10, aim: 9, assessed: 2, waiting: []int{21}},
	{name: "Rosa Delgado", practice: "F70102", framework: nonClinical, began: 3, aim: 5, returned: 1},
	{name: "Hamza Sheikh", practice: "F70103", began: 3, aim: 5, quiet: 24, lag: 10},
	{name: "Ying Chen", practice: "F70103", began: 1, aim: 2, drafts: 1},

	{name: "Eilidh MacGregor", practice: "G70101", began: 5, aim: 9, ready: 1, waiting: []int{3}},
	{name: "Anjali Nair", practice: "G70102", began: 10, aim: 9, waiting: []int{30, 9}, lag: 12},
	{name: "Reece Thompson", practice: "G70102", began: 4, aim: 5, left: 31},
	{name: "Fatima Zahra Benali", practice: "G70103", framework: nonClinical, began: 3, aim: 6},
	{name: "Jürgen Weiß", practice: "G70103", began: 2, aim: 3, waiting: []int{5}},

	{name: "Gurpreet Kaur", practice: "M70101", began: 4, aim: 8, assessed: 1, waiting: []int{1}},
	{name: "Ellie-Mae Harrison", practice: "M70101", began: 11, extended: 3, aim: 10, ready: 2},
	{name: "Kemi Balogun", practice: "M70102", began: 3, aim: 6, returned: 2},
	{name: "Łucja Zając", practice: "M70102", framework: nonClinical, began: 4, aim: 6, quiet: 17},

	{name: "Tamsin Penhaligon", practice: "D70101", began: 2, aim: 5, waiting: []int{7}},
	{name: "Dmitri Ivanov", practice: "D70102", began: 7, aim: 8, quiet: 45, waiting: []int{49}},
	{name: "Blessing Okoro", practice: "D70102", began: 4, aim: 7, ready: 1},
	{name: "Aoife Ní Dhomhnaill", practice: "D70103", began: 1, aim: 3, waiting: []int{2}},
	{name: "Leila Hosseini", practice: "D70103", framework: nonClinical, began: 4, aim: 7, assessed: 1},

	{name: "Noor Jahan", practice: "P70101", began: 3, aim: 6, waiting: []int{14, 4}},
	{name: "Connor McAllister", practice: "P70101", began: 12, extended: 3, aim: 9, quiet: 12},
	{name: "Stephanie Asante", practice: "P70102", began: 2, aim: 4, drafts: 1},
}

// covered: the supervisor is away for a fortnight.
func covered(s *story) {
	s.appoint(moment(s.ago(4), 12*60), service.NamingInput{
		Email: email("Dr Alasdair Munro"), Role: countersign.GPSupervisor, Covers: s.who[gp], From: s.ago(3), To: s.today.AddDays(11),
	})
}

// refused: the supervisor is not content yet.
func refused(s *story) { s.fail("GPA-CL5", 8, "", s.comment("not_yet")) }

// handedOver: the mentor has left, another one has taken over.
func handedOver(s *story) {
	at := moment(s.ago(2), 15*60)
	s.event(at, "end the mentor's naming", hubLead, func(a authz.Actor) error {
		all, err := s.service.Namings(s.ctx, a, s.app)
		if err != nil {
			return err
		}
		for _, n := range all {
			if n.PersonEmail == s.who[mentor] {
				if _, err := s.service.EndNaming(s.ctx, a, s.app, n.ID, service.EndNamingInput{To: s.ago(2)}); err != nil {
					return err
				}
			}
		}
		_, err = s.service.AddNaming(s.ctx, a, s.app, service.NamingInput{Email: email("Maria João Teixeira"), Role: countersign.SecondaryMentor})
		return err
	})
}
