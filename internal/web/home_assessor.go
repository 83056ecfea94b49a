package web

import (
	"context"
	"slices"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
	"countersign/internal/view"
)

const (
	homeQueueRows   = 5
	homeQueueCount  = 1000
	homeApprentices = 20
)

// judges are the roles that give somebody a queue.
var judges = []countersign.MemberRole{
	countersign.GPSupervisorMember, countersign.SecondaryMentorMember, countersign.AssessorMember, countersign.PracticeManager,
}

func hasAny(actor authz.Actor, roles ...countersign.MemberRole) bool {
	for _, r := range roles {
		if actor.Has(r) {
			return true
		}
	}
	return false
}

// homeAssessor adds what waits for somebody who judges, and their apprentices.
func (h *Handlers) homeAssessor(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	if !hasAny(actor, judges...) {
		return nil
	}
	today := countersign.LondonDate(h.now())
	section := &view.HomeAssessor{Today: today, Named: hasAny(actor, judges[:3]...)}
	items, err := h.svc.Queue(ctx, actor, service.QueueFilter{Limit: homeQueueCount})
	if err != nil {
		return err
	}
	section.Waiting, section.AndMore = len(items), len(items) == homeQueueCount
	for i, item := range items[:min(len(items), homeQueueRows)] {
		row, err := h.queueRow(ctx, i, item)
		if err != nil {
			return err
		}
		section.First = append(section.First, row)
	}
	if len(items) > 0 {
		section.Oldest = section.First[0].Waiting
	}
	if _, section.Hours, err = h.svc.WaitingHours(ctx, actor, 0); err != nil {
		return err
	}
	roles := []countersign.NamingRole{countersign.GPSupervisor, countersign.SecondaryMentor, countersign.Assessor}
	if section.Apprentices, section.All, err = h.namedOn(ctx, actor, "oldest_waiting", roles...); err != nil {
		return err
	}
	for i := range section.Apprentices { // what waits for the viewer, not what waits for anybody
		a := &section.Apprentices[i]
		a.Waiting = 0
		for _, item := range slices.Backward(items) {
			if item.Apprenticeship == a.ID {
				a.Waiting, a.OldestWaiting = a.Waiting+1, item.Since
			}
		}
	}
	section.Named = section.Named || len(section.Apprentices) > 0
	page.Assessor = section
	if section.Named {
		section.SetUp, err = h.svc.MustSetUp(ctx, actor)
	}
	return err
}

// homeVerifier adds the portfolios assigned to a verifier.
func (h *Handlers) homeVerifier(ctx context.Context, actor authz.Actor, page *view.HomePage) error {
	if !actor.Has(countersign.Verifier) {
		return nil
	}
	section := &view.HomeVerifier{Today: countersign.LondonDate(h.now())}
	var err error
	if section.Portfolios, section.All, err = h.namedOn(ctx, actor, "name", countersign.NamedVerifier); err != nil {
		return err
	}
	waiting, err := h.svc.AwaitingVerification(ctx, actor)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		section.Waiting = append(section.Waiting, view.HomeApprenticeRow{Apprenticeship: w.Apprenticeship, OldestWaiting: w.SubmittedAt})
	}
	page.Verifier = section
	return nil
}

// namedOn lists the apprentices on whose training the actor is named, and says
// whether there are more.
func (h *Handlers) namedOn(ctx context.Context, actor authz.Actor, sort string, roles ...countersign.NamingRole) ([]view.HomeApprenticeRow, bool, error) {
	rows, next, err := h.svc.NamedOn(ctx, actor, roles, service.ApprenticeshipFilter{Sort: sort, Limit: homeApprentices})
	if err != nil {
		return nil, false, err
	}
	out := make([]view.HomeApprenticeRow, len(rows))
	for i, r := range rows {
		out[i] = view.HomeApprenticeRow{Apprenticeship: r.Apprenticeship, Waiting: r.Waiting, OldestWaiting: r.OldestWaiting}
	}
	return out, next != "", nil
}
