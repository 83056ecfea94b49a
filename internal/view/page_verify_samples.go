package view

import "countersign/internal/countersign"

func init() {
	addSamples(func() []Sample {
		decision := CheckedDecision{
			Competency: "GPA-CL2", Decision: "Competent", Level: "3", Part: "Assessment", By: "Dr Megan Bell", Role: "GP supervisor", On: countersign.On(2026, 3, 2), Status: "valid",
		}
		with := func(status, why string) CheckedDecision {
			d := decision
			d.Status, d.Why = status, why
			return d
		}
		sample := func(change func(*VerifyPage)) *VerifyPage {
			p := NewVerifyPage()
			change(p)
			return p
		}
		document := func(d CheckedPortfolio) *VerifyPage {
			d.URL, d.AsAt, d.Key = "https://countersign.example.org", sampleNow, "countersign.example.org+bd9f15c4"
			return sample(func(p *VerifyPage) { p.Document = &d })
		}
		badge := func(status, why string) *VerifyPage {
			return sample(func(p *VerifyPage) {
				p.Badge = &CheckedBadge{
					Name: "Clinical support", Issuer: "countersign.example.org", Site: "https://countersign.example.org", Key: "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
					From: sampleNow, Until: sampleNow.AddDate(1, 0, 0), Status: status, Why: why,
				}
			})
		}
		erased := with("withdrawn since", "It was withdrawn after the document was made")
		erased.By, erased.Level = "", ""
		return []Sample{
			{"verify: ask", NewVerifyPage()},
			{"verify: code", sample(func(p *VerifyPage) { p.Code, p.Standing = "ABCD-EFGH-2345-JKLM", &CodeStanding{sampleNow, 12, 12} })},
			{"verify: code, one decision", sample(func(p *VerifyPage) { p.Code, p.Standing = "ABCD-EFGH-2345-JKLM", &CodeStanding{sampleNow, 1, 1} })},
			{"verify: code, some withdrawn", sample(func(p *VerifyPage) { p.Code, p.Standing = "ABCD-EFGH-2345-JKLM", &CodeStanding{sampleNow, 3, 1} })},
			{"verify: code, unknown", sample(func(p *VerifyPage) {
				p.Code = "ABCD"
				p.Fail(countersign.InvalidField("code", "No portfolio with this code was issued here. Check the code: it has 16 letters and digits"))
			})},
			{"verify: no file", sample(func(p *VerifyPage) { p.Fail(countersign.InvalidField("document", "Select a portfolio or a badge")) })},
			{"verify: valid", document(CheckedPortfolio{Known: true, Valid: true, Decisions: []CheckedDecision{decision, erased}})},
			{"verify: changed", document(CheckedPortfolio{Known: true, Wrong: []string{"Page 3 was changed"}, Decisions: []CheckedDecision{decision, with("changed", "What it says is not what was signed: the comment")}})},
			{"verify: badge", badge("valid", "")},
			{"verify: badge, changed", badge("changed", "What it says is not what was signed")},
			{"verify: badge, withdrawn", badge("withdrawn since", "A decision that it rests on was withdrawn, or has expired")},
			{"verify: badge from elsewhere", badge("unknown key", "It is signed with a key that is not among the known ones")},
			{"verify: from elsewhere", document(CheckedPortfolio{Decisions: []CheckedDecision{with("unknown key", "It is signed with the key other.example.org+4d1f05c4, which is not among the known ones")}})},
		}
	})
}
