package demo

import (
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// measure is what the practices of the first region report of it, one after
// the other, each before and now, in tenths.
type measure struct {
	code, method string
	values       [][2]int
}

var measures = []measure{
	{"GP_MIN_CORR_DAY", "audit_sample", [][2]int{{1800, 620}, {1450, 700}, {960, 540}, {2100, 1490}, {1200, 800}}},
	{"LETTERS_TO_GP_PCT", "system_report", [][2]int{{920, 310}, {880, 450}, {950, 520}}},
	{"FORMS_DRAFTED_WEEK", "system_report", [][2]int{{0, 140}, {0, 90}, {20, 110}, {0, 65}}},
	{"OBS_DONE_WEEK", "estimate", [][2]int{{150, 520}, {200, 410}}},
}

// impact has the training hub's board report mailed every month, practices
// report measures, and the training hub check them: one is sent back and one
// waits.
func (w *world) impact() error {
	lead, err := w.actor("hub@demo.example")
	if err != nil {
		return err
	}
	day := w.ago(12)
	w.clock.set(moment(day, 8*60+30))
	if _, err := w.service.MailBoardReport(w.ctx, lead, regions[0].hub.code, service.BoardMailInput{Email: "region@demo.example"}); err != nil {
		return err
	}
	for _, m := range measures {
		for n, v := range m.values {
			p := regions[0].practices[n]
			manager, err := w.actor(email(p.manager))
			if err != nil {
				return err
			}
			w.clock.set(moment(day, 9*60+n))
			method := m.method
			if m.code == "FORMS_DRAFTED_WEEK" && n == 1 {
				method = "estimate"
			}
			i, err := w.service.EnterImpact(w.ctx, manager, p.code, service.ImpactInput{
				Measure: m.code, Baseline: v[0], BaselineFrom: w.today.AddDays(-300), BaselineTo: w.today.AddDays(-273), Value: v[1], From: w.today.AddDays(-45), To: w.today.AddDays(-18),
				Method: method, Sample: 20, Note: "Four weeks, all partners",
			})
			if err != nil {
				return err
			}
			decision := service.ImpactDecision{Decision: countersign.CheckImpact}
			switch {
			case m.code == "OBS_DONE_WEEK" && n == 0:
				continue // waits
			case m.code == "OBS_DONE_WEEK":
				decision = service.ImpactDecision{Decision: countersign.SendBackImpact, Reason: "Please count a week in the clinical system instead of estimating it"}
			}
			w.clock.set(moment(day, 14*60+n))
			if _, err := w.service.DecideImpact(w.ctx, lead, i.ID, i.Version, decision); err != nil {
				return err
			}
		}
	}
	return nil
}
