package authz

// Action is something that can be done. The zero Action is allowed to nobody.
type Action int

// The actions.
const (
	ReadApprenticeship         Action = iota + 1 // enrolment, namings, progress
	ReadDecisions                                // sign-offs with signer and reason
	ReadEvidence                                 // every piece but drafts, with files
	ReadAdministrationEvidence                   // pieces of the domains that a practice manager assesses
	ReadPortfolio                                // the whole of it, as a page or a PDF
	ExportPackage                                // everything, for another installation
	IssueBadge                                   // one's own, for what is signed off
	WriteEvidence                                // one's own: draft, change, submit, withdraw
	RecordEvidence                               // about what an assessor saw, for the apprentice
	ReviewEvidence                               // accept or return
	ReportEvidence                               // as holding a patient's data, and close the report
	SignOff                                      // decide a competency
	WithdrawSignOff                              // undo a decision
	ProposeScope                                 // of one's own optional competencies
	ConfirmScope                                 // agree, or take out
	ChangeApprenticeship                         // dates, cohort, state
	ReadProgramme                                // breaks, extensions, moves, with their reasons
	AskExtension                                 // ask the training hub for more time
	ReadHours                                    // the hours log with what was learnt
	LogHours                                     // one's own
	VerifyHours                                  // or reverse them
	ArrangePlacement                             // add or cancel a placement
	AskSite                                      // have the site supervisor confirm the hours of a placement
	AnswerForSite                                // what a site supervisor does by a mailed link
	HoldSessions                                 // classroom timetable and attendance
	DecideProgramme                              // accept, extend, move, take back, complete
	ReadGateway                                  // the checklist and what was submitted
	SubmitPortfolio                              // declare the gateway's conditions, hand in
	VerifyPortfolio                              // verify, or refer back
	RecordAward                                  // and correct it
	ReadPayments                                 // to the practice
	ClaimPayment                                 // that is due
	PayPractice                                  // what was claimed
	PrepareReview                                // a progress review, from the record
	TakePartInReview                             // write one's part of a progress review, and sign it
	ScanSkills                                   // one's own side of the skills scan
	ClaimPriorLearning                           // one's own, from before the programme
	DecidePriorLearning                          // accept or decline it
	ReadCPD                                      // continuing development after completion
	KeepCPD                                      // one's own
	ChangeNamings                                // who mentors, assesses, covers
	NameOnEnrolment                              // the first supervisor and mentor
	CountAttainments                             // what the passing of time changes
	WriteLetter                                  // the names and titles that a mail says
	Enrol                                        // an apprentice at a practice
	ImportRoster                                 // many to enrol at once, from a table
	ReceivePackage                               // from another installation, for a practice
	ReadReceived                                 // the record in it
	DecideReceived                               // make it the practice's own, or decline it
	ReadPlace                                    // an organisation
	ReadPeople                                   // who works there
	ReadReport                                   // figures of a place, small numbers too
	ReadSums                                     // progress summed by place
	EnterImpact                                  // what a practice measured, and change it
	CheckImpact                                  // or send it back
	AgreeToRegion                                // that the region's lead sees people
	MailBoardReport                              // every month, to people who may see it
	HandOverLearners                             // to a training provider, as a file
	ChangePlaces                                 // add, rename, close organisations
	ChangePeople                                 // add people, begin and end memberships
	LoadFramework                                // bring in a framework version
	ReadFrameworkDraft                           // with its reviews and comments
	EditFrameworkDraft                           // copy a version, change it, discard it, name reviewers
	CommentFrameworkDraft                        // and resolve comments
	ReviewFrameworkDraft                         // approve, or ask for changes
	PublishVariant                               // a version of a framework that one's own organisation made
	PublishFramework                             // a version of any framework
	SealLedger                                   // put decisions into the log
	CheckLedger                                  // against everything that it covers
	ReadAudit                                    // who did what when
	ErasePeople                                  // by policy, or because they ask
	KeepKeys                                     // make and retire signing keys
	OwnAccount                                   // password, tokens, settings
)

// policy is the whole of who may do what. RULES "Reading" and S1-S6 say why.
var policy = map[Action][]relation{
	ReadApprenticeship:         {self, gpSupervisor, secondaryMentor, assessor, verifier, manager, hubLead, regionOfPeople, operator},
	ReadDecisions:              {self, gpSupervisor, secondaryMentor, assessor, verifier, hubLead, operator},
	ReadEvidence:               {self, gpSupervisor, secondaryMentor, assessor, verifier},
	ReadAdministrationEvidence: {manager},
	ReadPortfolio:              {self, gpSupervisor, secondaryMentor, assessor, verifier, operator},
	ExportPackage:              {self, gpSupervisor, operator},
	IssueBadge:                 {self},
	WriteEvidence:              {self},
	RecordEvidence:             {gpSupervisor, secondaryMentor, assessor, manager},
	ReviewEvidence:             {gpSupervisor, secondaryMentor, assessor, manager},
	ReportEvidence:             {self, gpSupervisor, secondaryMentor, assessor, verifier, manager, copyJob},
	SignOff:                    {gpSupervisor, secondaryMentor, assessor, manager},
	WithdrawSignOff:            {gpSupervisor, secondaryMentor, assessor, manager, hubLead},
	ProposeScope:               {self},
	ConfirmScope:               {gpSupervisor},
	ChangeApprenticeship:       {manager, hubLead},
	ReadProgramme:              {self, gpSupervisor, secondaryMentor, manager, hubLead},
	AskExtension:               {gpSupervisor, manager, hubLead},
	ReadHours:                  {self, gpSupervisor, secondaryMentor, assessor, verifier},
	LogHours:                   {self},
	VerifyHours:                {gpSupervisor, secondaryMentor},
	ArrangePlacement:           {gpSupervisor, manager, hubLead},
	AskSite:                    {self, gpSupervisor, manager, hubLead},
	AnswerForSite:              {siteLink},
	HoldSessions:               {hubLead},
	DecideProgramme:            {hubLead},
	ReadGateway:                {self, gpSupervisor, secondaryMentor, verifier, manager, hubLead},
	SubmitPortfolio:            {gpSupervisor},
	VerifyPortfolio:            {verifier},
	RecordAward:                {hubLead},
	ReadPayments:               {manager, hubLead},
	ClaimPayment:               {manager},
	PayPractice:                {hubLead},
	PrepareReview:              {gpSupervisor, secondaryMentor, manager, hubLead},
	TakePartInReview:           {self, gpSupervisor, secondaryMentor, hubLead},
	ScanSkills:                 {self, gpSupervisor, secondaryMentor},
	ClaimPriorLearning:         {self},
	DecidePriorLearning:        {gpSupervisor},
	ReadCPD:                    {self, gpSupervisor},
	KeepCPD:                    {self},
	ChangeNamings:              {manager, hubLead},
	NameOnEnrolment:            {manager, hubLead, operator},
	CountAttainments:           {countJob},
	WriteLetter:                {letterJob},
	Enrol:                      {manager, hubLead, operator},
	ImportRoster:               {hubLead},
	ReceivePackage:             {manager, hubLead, operator},
	ReadReceived:               {gpOfPractice, operator},
	DecideReceived:             {gpOfPractice},
	ReadPlace:                  {manager, hubLead, regionLead, nationalLead, admin, operator},
	ReadPeople:                 {manager, hubLead, admin, operator},
	ReadReport:                 {manager, hubLead, regionOfPeople},
	ReadSums:                   {hubLead, regionLead, nationalLead},
	EnterImpact:                {manager},
	CheckImpact:                {hubLead},
	AgreeToRegion:              {hubLead},
	MailBoardReport:            {hubLead, regionLead, nationalLead},
	HandOverLearners:           {hubLead},
	ChangePlaces:               {admin, operator},
	ChangePeople:               {admin, operator},
	LoadFramework:              {operator},
	ReadFrameworkDraft:         {hubLead, nationalLead, draftReviewer},
	EditFrameworkDraft:         {hubLead, nationalLead},
	CommentFrameworkDraft:      {hubLead, nationalLead, draftReviewer},
	ReviewFrameworkDraft:       {draftReviewer},
	PublishVariant:             {hubLead, nationalLead},
	PublishFramework:           {nationalLead},
	SealLedger:                 {sealJob, operator},
	CheckLedger:                {operator},
	ReadAudit:                  {admin, operator},
	ErasePeople:                {admin, operator},
	KeepKeys:                   {operator},
	OwnAccount:                 {self},
}

var actionNames = map[Action]string{
	ReadApprenticeship:         "reading this apprenticeship",
	ReadDecisions:              "reading decisions",
	ReadEvidence:               "reading evidence",
	ReadAdministrationEvidence: "reading administration evidence",
	ReadPortfolio:              "reading the portfolio",
	ExportPackage:              "exporting everything",
	IssueBadge:                 "making a badge",
	WriteEvidence:              "writing evidence",
	RecordEvidence:             "recording evidence for an apprentice",
	ReviewEvidence:             "reviewing evidence",
	ReportEvidence:             "reporting evidence",
	SignOff:                    "signing off",
	WithdrawSignOff:            "withdrawing a decision",
	ProposeScope:               "proposing optional competencies",
	ConfirmScope:               "agreeing the scope",
	ChangeApprenticeship:       "changing an apprenticeship",
	ReadProgramme:              "reading the programme",
	AskExtension:               "asking for an extension",
	ReadHours:                  "reading the hours log",
	LogHours:                   "entering hours",
	VerifyHours:                "verifying hours",
	ArrangePlacement:           "arranging placements",
	AskSite:                    "asking a site supervisor",
	AnswerForSite:              "answering for a site",
	HoldSessions:               "holding classroom sessions",
	DecideProgramme:            "deciding about an apprenticeship",
	ReadGateway:                "reading the checklist",
	SubmitPortfolio:            "submitting the portfolio",
	VerifyPortfolio:            "verifying the portfolio",
	RecordAward:                "recording an award",
	ReadPayments:               "reading payments",
	ClaimPayment:               "claiming a payment",
	PayPractice:                "paying a practice",
	PrepareReview:              "preparing a progress review",
	TakePartInReview:           "taking part in a progress review",
	ScanSkills:                 "the skills scan",
	ClaimPriorLearning:         "claiming prior learning",
	DecidePriorLearning:        "deciding about prior learning",
	ReadCPD:                    "reading continuing development",
	KeepCPD:                    "keeping a record of continuing development",
	ChangeNamings:              "changing who is named",
	NameOnEnrolment:            "naming the first mentors",
	CountAttainments:           "recounting",
	WriteLetter:                "writing mails",
	Enrol:                      "enrolling an apprentice",
	ImportRoster:               "importing a roster",
	ReceivePackage:             "receiving a portfolio",
	ReadReceived:               "reading a received portfolio",
	DecideReceived:             "deciding about a received portfolio",
	ReadPlace:                  "reading an organisation",
	ReadPeople:                 "reading who works at an organisation",
	ReadReport:                 "reading reports",
	ReadSums:                   "reading sums",
	EnterImpact:                "entering impact measures",
	CheckImpact:                "checking impact measures",
	AgreeToRegion:              "agreeing what the region sees",
	MailBoardReport:            "having board reports mailed",
	HandOverLearners:           "handing learners over to a provider",
	ChangePlaces:               "changing organisations",
	ChangePeople:               "changing people and roles",
	LoadFramework:              "loading a framework",
	ReadFrameworkDraft:         "reading this draft",
	EditFrameworkDraft:         "editing framework drafts",
	CommentFrameworkDraft:      "commenting on this draft",
	ReviewFrameworkDraft:       "reviewing this draft",
	PublishVariant:             "publishing a framework of your own",
	PublishFramework:           "publishing a version of this framework",
	SealLedger:                 "sealing decisions",
	CheckLedger:                "checking the log",
	ReadAudit:                  "reading the audit",
	ErasePeople:                "erasing people",
	KeepKeys:                   "keeping the signing keys",
	OwnAccount:                 "changing an account",
}

// String returns the action for use inside a sentence.
func (a Action) String() string { return actionNames[a] }

// Actions returns every action.
func Actions() []Action {
	all := make([]Action, 0, len(actionNames))
	for a := ReadApprenticeship; a <= OwnAccount; a++ {
		all = append(all, a)
	}
	return all
}
