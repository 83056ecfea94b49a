package countersign

// DetailField is one short field of a kind's own form.
type DetailField struct {
	Name     string
	Label    string
	Hint     string
	Missing  string // the message when a required field is empty
	Required bool
	Long     bool // asks for more than a line
}

// MaxDetail is the longest text, in characters, of one detail field.
const MaxDetail = 2000

var (
	settingField = DetailField{Name: "setting", Label: "Where was it?", Hint: "For example, treatment room or reception. Do not name a patient.", Missing: "Enter where it happened", Required: true}
	seenField    = DetailField{Name: "seen", Label: "What was seen?", Hint: "The task in a few words, for example manual blood pressure on an adult.", Missing: "Enter what was seen", Required: true, Long: true}
)

var detailFields = map[EvidenceKind][]DetailField{
	Observation: {settingField, seenField},
	Procedure: {
		settingField,
		{Name: "procedure", Label: "Which procedure?", Hint: "For example, 12-lead ECG.", Missing: "Enter the procedure", Required: true},
		{Name: "complexity", Label: "How demanding was it?", Hint: "For example, routine, or harder than usual and why."},
	},
	ProcedureLog: {
		{Name: "procedure", Label: "Which procedure does the log count?", Missing: "Enter the procedure", Required: true},
		{Name: "period", Label: "Over what time?", Hint: "For example, 3 to 28 November 2025.", Missing: "Enter the time that the log covers", Required: true},
	},
	WitnessTestimony: {
		{Name: "witness_role", Label: "What is the witness's job?", Missing: "Enter the witness's job", Required: true},
		{Name: "testimony", Label: "What did the witness say?", Hint: "A witness says what they saw; the assessor decides.", Missing: "Enter what the witness said", Required: true, Long: true},
	},
	ExpertWitness: {
		{Name: "expertise", Label: "What is the expert witness qualified in?", Missing: "Enter what the expert witness is qualified in", Required: true},
		seenField,
	},
	ProfessionalDiscussion: {{Name: "topics", Label: "What did you discuss?", Missing: "Enter what you discussed", Required: true, Long: true}},
	CaseDiscussion: {
		{Name: "situation", Label: "What was the situation?", Hint: "Describe the problem, not the patient.", Missing: "Enter the situation", Required: true, Long: true},
		{Name: "decision", Label: "What was decided, and who decided it?", Missing: "Enter what was decided", Required: true, Long: true},
	},
	ReflectiveAccount: {
		{Name: "feelings", Label: "What did you think and feel at the time?", Long: true},
		{Name: "next", Label: "What will you do differently?", Long: true},
	},
	WorkProduct: {{Name: "product", Label: "What is the work product?", Hint: "For example, a drafted referral letter with every identifier removed.", Missing: "Enter what the work product is", Required: true}},
	Audit: {
		{Name: "sample", Label: "How many items were checked?", Missing: "Enter how many items were checked", Required: true},
		{Name: "agreement", Label: "How many were right?", Missing: "Enter how many were right", Required: true},
		{Name: "checker", Label: "Who checked them?", Hint: "Their job, for example GP champion."},
	},
	Certificate: {
		{Name: "provider", Label: "Who issued it?", Missing: "Enter who issued the certificate", Required: true},
		{Name: "valid_until", Label: "Valid until, if it says so"},
	},
	Questioning:       {{Name: "questions", Label: "What were you asked?", Missing: "Enter what you were asked", Required: true, Long: true}},
	ColleagueFeedback: {{Name: "respondents", Label: "How many colleagues answered?", Missing: "Enter how many colleagues answered", Required: true}},
	PatientFeedback:   {{Name: "respondents", Label: "How many patients answered?", Missing: "Enter how many patients answered", Required: true}},
}

// DetailFields returns the short fields of the kind's own form; none for an
// unknown kind.
func DetailFields(k EvidenceKind) []DetailField { return detailFields[k] }
