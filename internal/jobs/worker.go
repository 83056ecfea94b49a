// Package jobs is the background worker: it sends the mails that use cases
// left in the outbox, asks for the daily digests and recounts what the passing
// of time changes. Several servers may run one each: a job is claimed by one
// of them, and comes back when its worker dies.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/mail"
	"countersign/internal/service"
)

// How often the worker looks, for how long it claims a job, and for how long a
// mail is tried.
const (
	pollEvery = 2 * time.Second
	slowPoll  = time.Minute
	lease     = 2 * time.Minute
	tryFor    = 4 * 24 * time.Hour // a mail that can't be sent for now
	// digestHour is the London hour from which the day's digests go out.
	digestHour = 7
)

// Config is what a Worker is made of.
type Config struct {
	Service *service.Service
	Sender  mail.Sender
	URL     string // public address, for links; no slash at the end
	Now     func() time.Time
	Log     *slog.Logger
}

// Worker does the background work of one server.
type Worker struct {
	Config
	counted countersign.Date // the last London day that was recounted
	digests countersign.Date // the last London day whose digests were asked for
	sealed  countersign.Date // the last London day on which every decision was looked at
	keyless bool             // this server was found without the signing key, which is said once
}

// New returns a Worker.
func New(c Config) *Worker { return &Worker{Config: c} }

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	var slow sync.WaitGroup
	slow.Go(func() { w.slowly(ctx) }) // on its own: it may take its time
	defer slow.Wait()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		if err := w.Once(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("background work", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			if err := w.Service.KeepLooks(context.WithoutCancel(ctx)); err != nil {
				w.Log.Error("background work", "error", err.Error())
			}
			return
		case <-ticker.C:
		}
	}
}

// Once does everything that is due now. Mails go out though the day's work
// fails.
func (w *Worker) Once(ctx context.Context) error {
	return errors.Join(w.Service.KeepLooks(ctx), w.Service.RunRosters(ctx), w.seal(ctx), w.Service.CheckFiles(ctx), w.daily(ctx), w.mails(ctx))
}

// mails claims one job at a time: with more, those behind a slow mail server
// would outlast their lease, and another server would send them too.
func (w *Worker) mails(ctx context.Context) error {
	for {
		claimed, err := w.Service.ClaimJobs(ctx, 1, lease)
		if err != nil || len(claimed) == 0 {
			return err
		}
		if err := w.do(ctx, claimed[0]); err != nil {
			return err
		}
	}
}

// slowly has checkpoints time-stamped, and the files of the database freed of
// what was erased, until ctx ends.
func (w *Worker) slowly(ctx context.Context) {
	ticker := time.NewTicker(slowPoll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			w.Stamp(ctx)
			w.Scrub(ctx)
		}
	}
}

// Stamp has the newest checkpoint time-stamped if it is time. What goes wrong is
// logged, and it is tried again.
func (w *Worker) Stamp(ctx context.Context) {
	if err := w.Service.StampCheckpoint(ctx); err != nil && ctx.Err() == nil {
		w.Log.Warn("the checkpoint could not be time-stamped", "error", err.Error())
	}
}

// Scrub takes what was erased out of the files of the database if it is time.
// What goes wrong is logged, and it is tried again.
func (w *Worker) Scrub(ctx context.Context) {
	if err := w.Service.Scrub(ctx); err != nil && ctx.Err() == nil {
		w.Log.Error("the files of the database still hold what was erased", "error", err.Error())
	}
}

// seal puts new decisions into the log, and then what else was written. It
// looks at all decisions at first, each day and after anything went wrong.
func (w *Worker) seal(ctx context.Context) error {
	today := countersign.LondonDate(w.Now())
	_, err := w.Service.Seal(ctx, w.sealed != today)
	if err == nil {
		_, err = w.Service.SealRecords(ctx)
	}
	keyless := errors.Is(err, service.ErrNoKey)
	if keyless && !w.keyless {
		w.Log.Warn("decisions are not sealed by this server", "error", err.Error())
	}
	w.keyless, w.sealed = keyless, today
	if err != nil {
		w.sealed = countersign.Date{}
	}
	if keyless {
		return nil
	}
	return err
}

func (w *Worker) daily(ctx context.Context) error {
	now := w.Now()
	today := countersign.LondonDate(now)
	if w.counted != today {
		if err := w.Service.RecountDue(ctx); err != nil {
			return err
		}
		if err := w.Service.Sweep(ctx); err != nil {
			return err
		}
		w.counted = today
	}
	if w.digests != today && now.In(countersign.London()).Hour() >= digestHour {
		if err := w.Service.EnqueueDigests(ctx); err != nil {
			return err
		}
		if err := w.Service.EnqueueReviewChase(ctx); err != nil {
			return err
		}
		if err := w.Service.EnqueueExpiryReminders(ctx); err != nil {
			return err
		}
		if err := w.Service.EnqueueBoardMails(ctx); err != nil {
			return err
		}
		w.digests = today
	}
	return nil
}

// do runs one job and keeps what became of it.
func (w *Worker) do(ctx context.Context, job service.Job) error {
	err := w.send(ctx, job)
	if errors.Is(err, context.Canceled) {
		return err // the lease brings it back
	}
	switch {
	case err == nil, errors.Is(err, service.ErrNothingToSay), countersign.KindOf(err) == countersign.NotFound:
		return w.Service.FinishJob(ctx, job.ID)
	case mail.IsTemporary(err) && w.Now().Sub(job.RunAt) < tryFor:
		return w.Service.RetryJob(ctx, job.ID, backoff(job.Attempts), err.Error())
	}
	w.Log.Error("a mail could not be sent", "job", job.ID, "error", err.Error())
	return w.Service.FailJob(ctx, job.ID, err.Error())
}

// backoff grows from half a minute to about an hour.
func backoff(attempts int) time.Duration { return 30 * time.Second << min(attempts-1, 7) }

func (w *Worker) send(ctx context.Context, job service.Job) error {
	var n service.Notice
	switch job.Kind {
	case service.ResetJob:
		var r service.ResetRequest
		if err := json.Unmarshal(job.Payload, &r); err != nil {
			return fmt.Errorf("jobs: read request: %w", err)
		}
		return w.Service.MailReset(ctx, r)
	case service.MailJob:
		if err := json.Unmarshal(job.Payload, &n); err != nil {
			return fmt.Errorf("jobs: read notice: %w", err)
		}
	default:
		return fmt.Errorf("jobs: nobody does jobs of the kind %q", job.Kind)
	}
	letter, err := w.Service.Letter(ctx, n)
	if err != nil {
		return err
	}
	m, err := w.message(n, letter, job.CreatedAt)
	if err != nil {
		return err
	}
	m.ID, m.Date = job.ID, job.RunAt
	return w.Sender.Send(ctx, m)
}

// message puts a letter into words.
func (w *Worker) message(n service.Notice, l service.Letter, at time.Time) (mail.Message, error) {
	to := mail.Recipient{Email: l.To.Email, Name: l.To.Name}
	piece := w.URL + "/evidence/" + string(n.Evidence)
	gateway := w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/gateway"
	competency := w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/competencies/" + n.Competency
	var codes []mail.Competency
	for _, c := range l.Competencies {
		codes = append(codes, mail.Competency{Code: c.Code, Title: c.Title})
	}
	switch n.Kind {
	case service.NoticeInvited:
		return mail.Invited{Recipient: to, Link: w.URL + "/set-password/" + n.Token, Until: at.Add(service.SetUpLinkHolds)}.Message(), nil
	case service.NoticeReset:
		return mail.ResetLink{Recipient: to, Link: w.URL + "/set-password/" + n.Token, Until: at.Add(service.ResetLinkHolds)}.Message(), nil
	case service.NoticePasswordChanged:
		return mail.PasswordChanged{Recipient: to, At: at, Link: w.URL + "/sign-in"}.Message(), nil
	case service.NoticeEmailChanged:
		return mail.EmailChanged{Recipient: to, At: at, Link: w.URL + "/help#contact"}.Message(), nil
	case service.NoticeSecurity:
		return mail.SecurityChanged{Recipient: to, What: n.What, At: at, Link: w.URL + "/account/security"}.Message(), nil
	case service.NoticeNewDevice:
		return mail.NewDevice{Recipient: to, Browser: n.What, At: at, Link: w.URL + "/account/security"}.Message(), nil
	case service.NoticeNamed:
		return mail.Named{Recipient: to, Apprentice: l.Apprentice, Role: l.Role.Title(), From: l.From, Link: w.URL + "/apprenticeships/" + string(n.Apprenticeship)}.Message(), nil
	case service.NoticeProgramme:
		return mail.ProgrammeChanged{Recipient: to, Apprentice: l.Apprentice, Link: w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/programme"}.Message(), nil
	case service.NoticeSubmitted:
		return mail.PortfolioSubmitted{Recipient: to, Apprentice: l.Apprentice, Link: gateway}.Message(), nil
	case service.NoticeReferred:
		return mail.PortfolioReferred{Recipient: to, Apprentice: l.Apprentice, Link: gateway}.Message(), nil
	case service.NoticeVerified:
		return mail.PortfolioVerified{Recipient: to, Apprentice: l.Apprentice, Link: gateway}.Message(), nil
	case service.NoticeAwarded:
		return mail.AwardRecorded{Recipient: to, Link: gateway}.Message(), nil
	case service.NoticeReviewDue:
		return mail.ReviewDue{
			Recipient: to, Apprentice: l.Apprentice, DueOn: l.DueOn, Overdue: countersign.LondonDate(at).After(l.DueOn),
			Link: w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/reviews",
		}.Message(), nil
	case service.NoticeVersion, service.NoticeVersionBack:
		return mail.VersionChanged{
			Recipient: to, Version: l.Version, Back: n.Kind == service.NoticeVersionBack, Competencies: codes,
			Link: w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/competencies",
		}.Message(), nil
	case service.NoticeCPD:
		return mail.CycleEnds{Recipient: to, Cycle: l.Cycle, EndsOn: l.DueOn, Link: w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/cpd"}.Message(), nil
	case service.NoticeExpiring:
		return mail.SignOffExpires{Recipient: to, Competency: codes[0], ExpiresOn: l.DueOn, Link: competency}.Message(), nil
	case service.NoticePriorClaimed, service.NoticePriorDecided:
		return mail.PriorLearning{
			Recipient: to, Apprentice: l.Apprentice, Decided: n.Kind == service.NoticePriorDecided,
			Link: w.URL + "/apprenticeships/" + string(n.Apprenticeship) + "/prior-learning",
		}.Message(), nil
	case service.NoticeDraftReview, service.NoticeDraftReviewed:
		return mail.DraftReview{
			Recipient: to, Draft: l.Draft, Reviewed: n.Kind == service.NoticeDraftReviewed, Link: w.URL + "/framework-drafts/" + string(n.Draft),
		}.Message(), nil
	case service.NoticeReceived:
		return mail.PortfolioReceived{Recipient: to, Apprentice: l.Apprentice, Organisation: l.Practice, Link: w.URL + "/received/" + string(n.Received)}.Message(), nil
	case service.NoticePlacement:
		return mail.ConfirmPlacement{Recipient: to, Apprentice: l.Apprentice, Link: w.URL + "/placement-confirmation/" + n.Token, Until: at.Add(service.SiteLinkHolds)}.Message(), nil
	case service.NoticeVirus:
		return mail.FileRemoved{Recipient: to, Link: piece}.Message(), nil
	case service.NoticeImpactBack:
		m, _ := countersign.ImpactMeasureBy(n.What)
		return mail.ImpactSentBack{Recipient: to, Measure: m.Title, Link: w.URL + "/impact/" + string(n.Impact)}.Message(), nil
	case service.NoticeBoard:
		month, err := countersign.ParseMonth(n.Day)
		report := w.URL + "/reports/" + l.Board.PlaceCode
		return mail.BoardReport{
			Recipient: to, Organisation: l.Board.PlaceName, Month: month, Link: report + "?month=" + n.Day, File: report + "/report.pdf?month=" + n.Day,
			Stop: w.URL + "/stop-mail/" + l.Board.StopToken,
		}.Message(), err
	case service.NoticeBoardLost:
		return mail.BoardReportNotAllowed{Recipient: to, Reader: l.Board.PersonName, Organisation: l.Board.PlaceName, Link: w.URL + "/reports/" + l.Board.PlaceCode + "/mails"}.Message(), nil
	case service.NoticeReturned:
		return mail.Returned{Recipient: to, Assessor: l.By, Competencies: codes, Link: piece}.Message(), nil
	case service.NoticeReported:
		return mail.Reported{Recipient: to, Link: piece}.Message(), nil
	case service.NoticeRedacted:
		return mail.Redacted{Recipient: to, Link: piece}.Message(), nil
	case service.NoticeReportClosed:
		return mail.ReportClosed{Recipient: to, Link: piece}.Message(), nil
	case service.NoticeAccepted:
		return mail.Accepted{Recipient: to, Assessor: l.By, Competencies: codes, Link: piece}.Message(), nil
	case service.NoticeRecorded:
		return mail.Recorded{Recipient: to, Assessor: l.By, Competencies: codes, Link: piece}.Message(), nil
	case service.NoticeSignedOff:
		return mail.SignedOff{Recipient: to, Assessor: l.By, Competency: codes[0], Level: l.Level, Link: competency}.Message(), nil
	case service.NoticeNotYet:
		return mail.NotYetCompetent{Recipient: to, Assessor: l.By, Competency: codes[0], Link: competency}.Message(), nil
	case service.NoticeWithdrawn:
		return mail.DecisionWithdrawn{Recipient: to, Assessor: l.By, Competency: codes[0], Link: competency}.Message(), nil
	case service.NoticeCountersign:
		return mail.AskedToCountersign{Recipient: to, Assessor: l.By, Apprentice: l.Apprentice, Competency: codes[0], Link: competency}.Message(), nil
	case service.NoticeDigest:
		return mail.Digest{Recipient: to, Waiting: l.Waiting, Oldest: countersign.LondonDate(l.Oldest), Link: w.URL + "/queue", Hours: l.Hours, HoursLink: w.URL + "/hours"}.Message(), nil
	}
	return mail.Message{}, fmt.Errorf("jobs: there is no mail for the notice %q", n.Kind)
}
