package demo

// region is a region of NHS England with one hub and its practices. Names and
// codes of the regions are real; everything beneath is invented, with codes
// that no practice has.
type region struct {
	code, name, lead string
	hub              place
	hubLead          string
	pcns             []place
	practices        []practice
}

type place struct{ code, name string }

type practice struct {
	place
	pcn                 string
	manager, gp, mentor string // their names
}

var regions = []region{
	{
		code: "Y63", name: "North East and Yorkshire", lead: "Daniel Osei",
		hub: place{"HUB-DALES", "Dales and Coast Training Hub"}, hubLead: "Ruth Adeyemi",
		pcns: []place{{"U70901", "Riverside Primary Care Network"}, {"U70902", "Moor Edge Primary Care Network"}},
		practices: []practice{
			{place{"B70101", "Hillview Surgery"}, "U70901", "Jo Fletcher", "Dr Megan Bell", "Sam Okafor"},
			{place{"B70102", "Canal Street Medical Centre"}, "U70901", "Imran Hussain", "Dr Tobias Lindqvist", "Gráinne Byrne"},
			{place{"B70103", "Moorside Health Centre"}, "U70902", "Wendy Platt", "Dr Sunita Rao", "Pauline Hargreaves"},
			{place{"B70104", "St Oswin's Practice"}, "U70902", "Kofi Asare", "Dr Alasdair Munro", "Maria João Teixeira"},
			{place{"B70105", "Lakeside Family Clinic, Oregon"}, "U70902", "Denise Rutherford", "Dr Caroline Whitfield", "Patrice Holloway"},
		},
	},
	{
		code: "Y56", name: "London", lead: "Priscilla Amankwah",
		hub: place{"HUB-BRIDGES", "Seven Bridges Training Hub"}, hubLead: "Marcus Allbright",
		pcns: []place{{"U70911", "Towpath Primary Care Network"}},
		practices: []practice{
			{place{"F70101", "Lamplighter Road Practice"}, "U70911", "Sandra Quist", "Dr Yusuf Demir", "Agnieszka Lis"},
			{place{"F70102", "Market Row Surgery"}, "U70911", "Deepa Iyer", "Dr Hannah Feldman", "Leroy Campbell"},
			{place{"F70103", "The Printworks Medical Centre"}, "U70911", "Oliver Stokes", "Dr Chidi Nwosu", "Beatriz Romero"},
		},
	},
	{
		code: "Y58", name: "South West", lead: "Elowen Trevithick",
		hub: place{"HUB-TAMAR", "Moor and Shore Training Hub"}, hubLead: "Gareth Pugh",
		pcns: []place{{"U70921", "Estuary Primary Care Network"}},
		practices: []practice{
			{place{"L70101", "Harbour Lights Surgery"}, "U70921", "Demelza Rowe", "Dr Rhodri Vaughan", "Joan Penrose"},
			{place{"L70102", "Applegarth Medical Practice"}, "U70921", "Nigel Bray", "Dr Saoirse Doyle", "Claudia Hoffmann"},
		},
	},
	{
		code: "Y59", name: "South East", lead: "Jonathan Frith",
		hub: place{"HUB-DOWNS", "Downs and Weald Training Hub"}, hubLead: "Anita Chowdhury",
		pcns: []place{{"U70931", "Chalkhill Primary Care Network"}},
		practices: []practice{
			{place{"G70101", "Oast House Surgery"}, "U70931", "Lorna Beck", "Dr Peter Ashworth", "Nkechi Eze"},
			{place{"G70102", "Beacon Hill Health Centre"}, "U70931", "Ravi Menon", "Dr Camille Laurent", "Susan Whitlock"},
			{place{"G70103", "Station Parade Practice"}, "U70931", "Helen Marsh", "Dr Farah Siddiqui", "Colin Draper"},
		},
	},
	{
		code: "Y60", name: "Midlands", lead: "Bernadette Foley",
		hub: place{"HUB-HEART", "Forest and Potteries Training Hub"}, hubLead: "Steven Gill",
		pcns: []place{{"U70941", "Greenway Primary Care Network"}},
		practices: []practice{
			{place{"M70101", "Kiln Lane Surgery"}, "U70941", "Tracey Dunn", "Dr Balwinder Singh Gill", "Monique Barrett"},
			{place{"M70102", "Arboretum Medical Centre"}, "U70941", "Adrian Fox", "Dr Eleni Papadaki", "Shanice Brown"},
		},
	},
	{
		code: "Y61", name: "East of England", lead: "Rosalind Keeble",
		hub: place{"HUB-FENS", "Fens and Broads Training Hub"}, hubLead: "Patrick Nolan",
		pcns: []place{{"U70951", "Windmill Primary Care Network"}},
		practices: []practice{
			{place{"D70101", "Reedbed Surgery"}, "U70951", "Christine Mole", "Dr Joost van der Berg", "Hazel Tuck"},
			{place{"D70102", "Old Granary Practice"}, "U70951", "Samina Butt", "Dr Gwen Osborne", "Luca Moretti"},
			{place{"D70103", "Lighthouse Lane Medical Centre"}, "U70951", "Keith Abbott", "Dr Olena Kovalenko", "Denise Carter"},
		},
	},
	{
		code: "Y62", name: "North West", lead: "Norman Eccles",
		hub: place{"HUB-FELLS", "Fells and Mersey Training Hub"}, hubLead: "Bridget O'Hara",
		pcns: []place{{"U70961", "Waterfront Primary Care Network"}},
		practices: []practice{
			{place{"P70101", "Ferry View Surgery"}, "U70961", "Angela Rimmer", "Dr Kwabena Owusu", "Patricia Lunt"},
			{place{"P70102", "Tarn Road Health Centre"}, "U70961", "Graham Tyson", "Dr Isla Nicolson", "Veena Pillai"},
		},
	},
}

// practiceWith returns the practice with that code and the region it is in.
func practiceWith(code string) (practice, region) {
	for _, r := range regions {
		for _, p := range r.practices {
			if p.code == code {
				return p, r
			}
		}
	}
	panic("demo: no practice has the code " + code)
}
