package pdf_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"countersign/internal/countersign"
)

// store is an ImageOpener in memory.
type store map[string][]byte

func (s store) Open(sum string) (io.ReadCloser, error) {
	data, ok := s[sum]
	if !ok {
		return nil, errors.New("no such file")
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// photo returns a JPEG of about 300 kB and 1,600 pixels, a different one for
// each number but all of the same size.
func photo(number int) []byte {
	base := basePhoto()
	comment := fmt.Sprintf("photo %d", number)
	out := append([]byte{}, base[:2]...)
	out = append(out, 0xFF, 0xFE)
	out = binary.BigEndian.AppendUint16(out, uint16(len(comment)+2))
	out = append(out, comment...)
	return append(out, base[2:]...)
}

var basePhoto = sync.OnceValue(func() []byte { return picture(1600, 1200, 40) })

func picture(w, h, noise int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			n := random.IntN(noise + 1)
			img.SetRGBA(x, y, color.RGBA{uint8(60 + 120*x/w + n), uint8(90 + 100*y/h + n), uint8(150 + n), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 60}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// sample makes the same portfolio for the same arguments.
type sample struct {
	countersign.Portfolio
	files store
	rand  *rand.Rand
}

var start = countersign.On(2026, time.March, 2)

var people = []struct {
	id           countersign.PersonID
	name         string
	role         countersign.NamingRole
	registration string
}{
	{"bell", "Dr Megan Bell", countersign.GPSupervisor, "GMC 7012345"},
	{"nguyen", "Nguyễn Thị Phương", countersign.SecondaryMentor, "NMC 12A3456E"},
	{"sian", "Siân Ŵyn Llŷr-Hughes", countersign.Assessor, ""},
	{"lukasz", "Łukasz Żółkiewski", countersign.GPSupervisor, "GMC 7654321"},
}

// newSample makes a portfolio on framework f with n pieces. With photos, each
// piece has one.
func newSample(f countersign.Framework, n int, photos bool) *sample {
	s := &sample{files: store{}, rand: rand.New(rand.NewPCG(uint64(n), 7))}
	s.Framework = f
	s.AsAt = time.Date(2026, time.November, 22, 17, 30, 0, 0, time.UTC)
	s.Apprenticeship = countersign.Apprenticeship{
		ID: "a1", Apprentice: "zoe", ApprenticeName: "Zoë Ńowak", FrameworkID: f.ID, FrameworkVersion: f.Version,
		PracticeName: "Bryn Medical Centre", PracticeCode: "A81001", HubName: "Tees Valley Training Hub",
		StartOn: start, PlannedEndOn: start.AddMonths(9), State: countersign.Active, Cohort: "Spring 2026",
	}
	s.Places = []countersign.Organisation{
		{Code: "A81001", Name: "Bryn Medical Centre", Kind: countersign.Practice},
		{Code: "U12345", Name: "Afon & Dyffryn Primary Care Network", Kind: countersign.PCN},
		{Code: "TVTH", Name: "Tees Valley Training Hub", Kind: countersign.Hub},
		{Code: "Y63", Name: "North East and Yorkshire", Kind: countersign.Region},
		{Name: "England", Kind: countersign.National},
	}
	for i, p := range people {
		naming := countersign.Naming{Person: p.id, PersonName: p.name, Role: p.role, From: start}
		switch i {
		case 2:
			naming.Domains = []string{"CARE", "COMM"}
		case 3:
			naming.From, naming.To, naming.CoversName = countersign.On(2026, time.August, 3), countersign.On(2026, time.August, 21), "Dr Megan Bell"
		}
		s.Namings = append(s.Namings, naming)
	}
	for _, c := range f.Competencies() {
		scope := countersign.ScopeIn
		if !c.Core && s.rand.IntN(2) == 0 {
			scope = countersign.ScopeOut
		}
		s.Attainments = append(s.Attainments, countersign.Attainment{
			Competency: c, Apprenticeship: "a1", Apprentice: "zoe", Scope: scope, Today: countersign.LondonDate(s.AsAt),
		})
	}
	for i := range n {
		s.addPiece(i, photos)
	}
	s.decide()
	for _, a := range s.Attainments {
		s.Apprenticeship.Progress.Add(a.Core, a.Status())
	}
	return s
}

// addPiece adds piece i, mapped to one or two competencies.
func (s *sample) addPiece(i int, photos bool) {
	kinds := countersign.EvidenceKinds()
	at := &s.Attainments[i%len(s.Attainments)]
	kind := at.Evidence[(i/len(s.Attainments))%len(at.Evidence)]
	if i%17 == 16 {
		kind = kinds[i%len(kinds)]
	}
	day := start.AddDays(3 + i*200/300)
	e := countersign.Evidence{
		ID: countersign.EvidenceID(fmt.Sprintf("e%04d", i)), Apprentice: "zoe", Apprenticeship: "a1", State: countersign.Accepted, Revision: 1 + i%2,
		Content: countersign.Content{
			Kind: kind, Title: fmt.Sprintf("%s: %s, number %d", kind.Title(), strings.ToLower(at.Title), i+1), OccurredOn: day, Anonymised: true,
			Narrative: s.prose(60 + s.rand.IntN(160)), Details: map[string]string{},
			Mapping: []countersign.Mapping{{Competency: at.Code, Justification: s.prose(18)}},
		},
		SubmittedAt: day.Start().Add(30 * time.Hour), DecidedAt: day.Start().Add(80 * time.Hour),
		AcceptedBy: people[i%3].id, AcceptedByName: people[i%3].name,
	}
	for _, f := range countersign.DetailFields(kind) {
		e.Details[f.Name] = s.prose(4 + s.rand.IntN(12))
	}
	if kind.Observable() {
		e.ObservedBy, e.ObservedByName = people[i%3].id, people[i%3].name
	}
	if kind == countersign.ProcedureLog {
		e.Entries = 25
	}
	if i%3 == 0 {
		e.Reflection = s.prose(90) + "\n\nI was pleased with how it went 😀👍🏽 and will ask earlier next time."
	}
	other := &s.Attainments[(i*7+3)%len(s.Attainments)]
	if i%2 == 0 && other != at {
		e.Mapping = append(e.Mapping, countersign.Mapping{Competency: other.Code, Justification: s.prose(12)})
	}
	s.strange(i, &e)
	reviewer := people[i%3]
	p := countersign.PortfolioPiece{Number: i + 1, Evidence: e, Hash: hashOf([]byte(e.ID))}
	if e.Revision == 2 {
		p.Reviews = append(p.Reviews, countersign.Review{Revision: 1, ReviewerName: reviewer.name, Role: reviewer.role, Decision: countersign.ReturnEvidence,
			Comment: "Please say what you would do if the reading was out of range.", At: e.SubmittedAt.Add(-20 * time.Hour)})
	}
	if e.State == countersign.Accepted {
		p.Reviews = append(p.Reviews, countersign.Review{Revision: e.Revision, ReviewerName: reviewer.name, Role: reviewer.role, Decision: countersign.AcceptEvidence,
			Comment: s.prose(14), At: e.DecidedAt, Added: []string{other.Code}})
	}
	if photos {
		data := photo(i)
		sum := hashOf(data)
		s.files[sum] = data
		p.Attachments = append(p.Attachments, countersign.Attachment{
			Name: fmt.Sprintf("Foto %d – Äußerung.jpg", i+1), MediaType: "image/jpeg", Size: 2_345_678, SHA256: hashOf([]byte{byte(i), 1}),
			Width: 4000, Height: 3000, Rendition: countersign.Rendition{SHA256: sum, Size: int64(len(data)), Width: 1600, Height: 1200},
		})
	}
	if i%5 == 2 {
		p.Attachments = append(p.Attachments, countersign.Attachment{Name: "Referral letter (identifiers removed).docx", Size: 48_213, SHA256: hashOf([]byte{byte(i), 2}),
			MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"})
	}
	s.Pieces = append(s.Pieces, p)
	for _, m := range e.Mapping {
		for j := range s.Attainments {
			if s.Attainments[j].Code == m.Competency {
				s.Attainments[j].Pieces = append(s.Attainments[j].Pieces, p.Evidence)
			}
		}
	}
}

// strange gives some pieces what has broken portfolios elsewhere.
func (s *sample) strange(i int, e *countersign.Evidence) {
	switch i % 60 {
	case 0:
		e.Reflection = "Emoji: 😀 👩🏽‍⚕️ 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇬🇧 ❤️ 1️⃣ and fancy 𝓵𝓮𝓽𝓽𝓮𝓻𝓼.\n" + s.prose(40)
	case 5:
		e.Narrative = "One word: " + strings.Repeat("abcdefghij", 30) + " and then on."
	case 7:
		e.Reflection = s.prose(2900) // about 20,000 characters
	case 11:
		e.Narrative = "שלום עולם, זה מבחן של 25 מילים (בעברית).\nمرحبا بالعالم، هذه تجربة رقم 123 للكتابة العربية.\nShe said “שלום 12” and مرحبا to me.\n" +
			"你好世界,这是一个测试。\nこんにちは 한국어 ไทย हिन्दी\n" + s.prose(10)
	case 13:
		e.Title = "Title with <b>markup</b> & (brackets) \\ back\\slash, NUL\x00, tab\tand bad\xff UTF-8"
	case 20:
		e.State, e.WithdrawnAt, e.WithdrawReason = countersign.Withdrawn, s.AsAt.Add(-time.Hour), "A colleague could be recognised in it."
	case 23:
		e.Quarantined = true
	case 29:
		e.State = countersign.Submitted
	case 31:
		e.RecordedBy, e.RecordedByName, e.ReadAt, e.ReadComment = "bell", "Dr Megan Bell", e.DecidedAt.Add(time.Hour), "Thank you, I agree."
	case 37:
		e.PriorLearning = true
	}
}

// decide signs competencies off as the rules would, more of them the more
// evidence there is.
func (s *sample) decide() {
	for i := range s.Attainments {
		a := &s.Attainments[i]
		if a.Scope != countersign.ScopeIn || len(a.Pieces) == 0 {
			continue
		}
		at := a.Pieces[len(a.Pieces)-1].DecidedAt.Add(50 * time.Hour)
		if i%9 == 4 {
			s.sign(a, countersign.SignOff{Decision: countersign.NotYetCompetent, Part: countersign.FirstAssessment, Level: s.Framework.Scale.Levels[0].Code,
				Comment: "Practise with the manual cuff, and write up two more readings."}, 0, at)
			at = at.Add(300 * time.Hour)
			if i%18 == 4 {
				continue
			}
		}
		if i%4 == 3 && len(a.Pieces) < 3 {
			continue
		}
		first := countersign.SignOff{Decision: countersign.Competent, Part: countersign.FirstAssessment, Level: a.Threshold, Comment: s.prose(10)}
		for _, e := range a.Pieces {
			if e.State == countersign.Accepted || e.State == countersign.Withdrawn {
				first.Evidence = append(first.Evidence, countersign.Relied{Evidence: e.ID, Revision: e.Revision, Title: e.Title, Counted: len(first.Evidence) < 4})
			}
		}
		if i%3 == 0 {
			s.sign(a, first, 0, at)
			continue
		}
		first.Awaits = countersign.GPSupervisor
		s.sign(a, first, 1, at)
		if i%5 != 1 {
			second := countersign.SignOff{Decision: countersign.Competent, Part: countersign.Countersignature, Level: a.Threshold, Evidence: first.Evidence, Comment: ""}
			s.sign(a, second, 0, at.Add(26*time.Hour))
		}
		if i%11 == 7 {
			s.sign(a, countersign.SignOff{Decision: countersign.DecisionWithdrawn, Part: countersign.Withdrawal, Comment: "Signed on the wrong line."}, 0, at.Add(29*time.Hour))
		}
	}
}

func (s *sample) sign(a *countersign.Attainment, so countersign.SignOff, by int, at time.Time) {
	p := people[by]
	so.ID = countersign.SignOffID(fmt.Sprintf("s-%s-%d", a.Code, len(a.Decisions)))
	so.Competency, so.Assessor, so.AssessorName, so.AssessorRole, so.Registration = a.Code, p.id, p.name, p.role, p.registration
	so.SignedAt, so.Leaf = at, hashOf([]byte(so.ID))
	so.Statement = countersign.Declaration(so, s.Framework, a.Competency, s.Apprenticeship.ApprenticeName)
	a.Decisions = append(a.Decisions, so)
}

var words = strings.Fields(`I measured the blood pressure of a patient in the treatment room under supervision and recorded both readings before the
	appointment began. The nurse watched how I explained the procedure, asked for consent and chose the right cuff. I checked the protocol, noticed
	that one value was outside the range and told the GP at once, who reviewed it with me afterwards. We talked about why the second reading matters,
	how to write it in the notes and what to say when somebody is worried. Next time I will prepare the equipment earlier, allow five minutes of rest
	and ask whether the patient would like a chaperone. I also learnt to code the letter, to book the follow-up with the right person and to hand over
	clearly at the end of the session.`)

// prose returns about n words in sentences.
func (s *sample) prose(n int) string {
	var b strings.Builder
	at := s.rand.IntN(len(words))
	for i := range n {
		w := words[(at+i)%len(words)]
		if i == 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		if i%71 == 70 && strings.HasSuffix(w, ".") {
			b.WriteString("\n")
		}
	}
	return strings.TrimRight(b.String(), ".,") + "."
}
