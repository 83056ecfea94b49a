package demo

import (
	"bytes"
	"fmt"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// attachment is a file that belongs to a text: its name and how it is made.
type attachment struct {
	name string
	make func(*story, *piece) []byte
}

// attachments are the files that texts name. Pictures differ in width, so
// that no two of them are alike.
var attachments = map[string]attachment{
	"certificate-ig":           {"data-security-certificate.pdf", certificate("Data security awareness")},
	"certificate-safeguarding": {"safeguarding-level-2.pdf", certificate("Safeguarding adults and children, level 2")},
	"certificate-chaperone":    {"chaperone-training.pdf", certificate("Chaperone training")},
	"certificate-infection":    {"infection-control-certificate.pdf", certificate("Infection prevention and control")},
	"certificate-bls":          {"basic-life-support.pdf", certificate("Basic life support with defibrillator")},
	"certificate-ecg":          {"ecg-course.pdf", certificate("Recording a 12-lead ECG")},
	"certificate-phlebotomy":   {"phlebotomy-course.pdf", certificate("Phlebotomy, theory and practice")},
	"certificate-terminology":  {"terminology-course.pdf", certificate("Medical terminology")},
	"log-bp":                   {"blood-pressure-log.txt", tally("Blood pressure readings", "repeated", "passed on to a clinician")},
	"log-blood":                {"phlebotomy-log.txt", tally("Venepunctures", "second attempts", "handed over")},
	"chart-coding":             {"coding-audit.png", bars(1000, "Coding audit: letters checked", "agreed", "differed")},
	"chart-coding-2":           {"second-coding-audit.png", bars(1008, "Second coding audit", "agreed", "differed")},
	"chart-recall":             {"recall-by-week.png", bars(1016, "Recall: people by week", "invited", "booked")},
	"chart-post":               {"post-sorting.png", bars(1024, "Clinical post: items by class", "same class", "different")},
	"chart-cancer":             {"safety-net.png", bars(1032, "Referrals by day of first check", "confirmed", "chased")},
	"chart-classify":           {"classification.png", bars(1040, "Documents by class", "same class", "different")},
	"chart-onward":             {"onward-actions.png", bars(1048, "Actions by days taken", "in time", "late")},
	"chart-errors":             {"error-rate.png", line(1056, "Errors per hundred documents", 5, 1)},
	"chart-benefit":            {"letters-to-gp.png", line(1064, "Letters sent to a GP, per cent", 96, 42)},
	"chart-fridge":             {"fridge-temperatures.png", fridge(1072)},
	"photo-checklist":          {"equipment-checklist.jpg", sheet(1280, "EQUIPMENT CHECK", "cuffs", "thermometers", "scales", "oximeters", "defibrillator", "spare cuff: faulty")},
	"photo-map":                {"post-map.jpg", sheet(1296, "WHERE OUR POST GOES", "letterbox", "scanner", "inbox", "GP or pharmacist", "filed")},
	"photo-trolley":            {"clinic-trolley.jpg", sheet(1312, "CLINIC TROLLEY", "dressing packs", "gloves M, L", "sharps bin dated", "wipes")},
}

// attach adds the files of a piece that was drafted just now.
func (s *story) attach(a authz.Actor, p *piece) error {
	for _, key := range p.files {
		f, ok := attachments[key]
		if !ok {
			return fmt.Errorf("there is no file %s", key)
		}
		if _, err := s.service.AddAttachment(s.ctx, a, p.id, f.name, bytes.NewReader(f.make(s, p))); err != nil {
			return err
		}
	}
	return nil
}

// tally returns a small text file of counts by week.
func tally(what string, columns ...string) func(*story, *piece) []byte {
	return func(s *story, p *piece) []byte {
		var out strings.Builder
		fmt.Fprintf(&out, "%s, counted by week. No patient appears in this log.\n\n", what)
		first := p.occurred.AddDays(-25)
		if first.Before(s.start) {
			first = s.start
		}
		for week := first; !week.After(p.occurred); week = week.AddDays(7) {
			fmt.Fprintf(&out, "Week from %s: %d", week.Long(), 3+s.rng.IntN(9))
			for _, c := range columns {
				fmt.Fprintf(&out, ", %d %s", s.rng.IntN(3), c)
			}
			out.WriteString("\n")
		}
		return []byte(out.String())
	}
}

// certificate returns a PDF of one page.
func certificate(course string) func(*story, *piece) []byte {
	return func(_ *story, p *piece) []byte { return pdfPage(course, p.occurred) }
}

// pdfPage writes the smallest PDF that is one: five objects, in plain text.
func pdfPage(course string, day countersign.Date) []byte {
	lines := []struct {
		size, y int
		text    string
	}{
		{28, 640, "Certificate of completion"},
		{18, 580, course},
		{13, 540, "Completed on " + day.Long()},
		{11, 120, "Made for a demonstration of Countersign. This certifies nothing."},
	}
	var page strings.Builder
	page.WriteString("0.6 w 0 0.37 0.72 RG 40 60 515 722 re S\n")
	for _, l := range lines {
		text := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(l.text)
		fmt.Fprintf(&page, "BT /F1 %d Tf 72 %d Td (%s) Tj ET\n", l.size, l.y, text)
	}
	var out bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>")
	object(fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", page.Len(), page.String()))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return out.Bytes()
}
