// Package service holds the use cases: what happens in which order and what
// commits together. Every method identifies its actor, checks permission
// before it looks at the input, lets internal/countersign decide, and saves,
// audits and notifies in one transaction. Pages and REST are two doors to the
// same methods.
package service

import (
	"context"
	"io"
	"sync"
	"sync/atomic"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/files"
	"countersign/internal/framework"
	"countersign/internal/keyring"
	"countersign/internal/oidc"
	"countersign/internal/passkey"
	"countersign/internal/password"
	"countersign/internal/store"
	"countersign/internal/tsa"
)

// Config is what a Service is made of.
type Config struct {
	Store  *store.Store
	Files  *files.Vault    // content of attachments
	Intake *files.Intake   // checks what goes into it
	Scan   Scanner         // finds viruses; nil if nobody looks for them
	Keys   *keyring.Folder // private signing keys
	Rand   io.Reader       // source of tokens and salts; crypto/rand.Reader but in demonstrations
	Demo   bool            // one-click sign-in as a demo person is open

	Secrets  *password.Vault  // for what the database keeps and must not tell
	Passkeys *passkey.Service // nil where there can be none
	Provider *oidc.Provider   // with which people sign in too; nil if there is none
	TSA      *tsa.Authority   // that time-stamps checkpoints; nil if there is none
	// Mails is where mails were written to as files; nil if nowhere.
	Mails MailFolder
	// Retention says for how long people are kept; the zero value says nothing.
	Retention countersign.Retention
}

// MailFolder is mails that are kept as files.
type MailFolder interface {
	// Forget deletes those that hold one of the words.
	Forget(words []string) error
}

// Service is the product's use cases. It is safe for concurrent use.
type Service struct {
	retention countersign.Retention
	store     *store.Store
	files     *files.Vault
	intake    *files.Intake
	scan      Scanner
	mails     MailFolder
	keys      *keyring.Folder
	rand      io.Reader
	demo      bool
	check     *checker

	looks         looks
	sums          sumsCache
	secrets       *password.Vault
	passkeys      *passkey.Service
	provider      *oidc.Provider
	tsa           *tsa.Authority
	demonstration atomic.Bool // the database is known to be marked as one

	mu         sync.RWMutex
	frameworks map[[2]string]countersign.Framework // released versions never change
}

// New returns a Service.
func New(c Config) *Service {
	s := &Service{
		retention: c.Retention,
		store:     c.Store, files: c.Files, intake: c.Intake, scan: c.Scan, mails: c.Mails, keys: c.Keys, rand: c.Rand, demo: c.Demo,
		check: newChecker(), secrets: c.Secrets, passkeys: c.Passkeys, provider: c.Provider, tsa: c.TSA, frameworks: map[[2]string]countersign.Framework{},
	}
	c.Store.OnChange(s.tally)
	return s
}

// Operator returns the actor of commands run on the server's own machine.
func (s *Service) Operator() authz.Actor { return authz.NewJob(authz.Operator) }

// framework returns a loaded version. It fails with NotFound when there is
// none.
func (s *Service) framework(tx *store.Tx, id, version string) (countersign.Framework, error) {
	key := [2]string{id, version}
	s.mu.RLock()
	f, ok := s.frameworks[key]
	s.mu.RUnlock()
	if ok {
		return f, nil
	}
	source, err := tx.FrameworkSource(id, version)
	if err != nil {
		return countersign.Framework{}, err
	}
	if f, err = framework.Parse(id+"/"+version+".yaml", source); err != nil {
		return countersign.Framework{}, err
	}
	s.mu.Lock()
	s.frameworks[key] = f
	s.mu.Unlock()
	return f, nil
}

// work is a transaction beneath one apprenticeship, after permission was
// given.
type work struct {
	tx        *store.Tx
	actor     authz.Actor
	permit    authz.Permit
	app       countersign.Apprenticeship
	framework countersign.Framework
}

// find tells which subject an identifier belongs to.
type find func(*store.Tx) (authz.Subject, error)

func byApprenticeship(id countersign.ApprenticeshipID) find {
	return func(tx *store.Tx) (authz.Subject, error) { return tx.Subject(id) }
}

func byEvidence(id countersign.EvidenceID) find {
	return func(tx *store.Tx) (authz.Subject, error) { return tx.EvidenceSubject(id) }
}

// read runs fn in a read-only transaction beneath the apprenticeship, with a
// permit for the first of the actions that the actor has.
func (s *Service) read(ctx context.Context, actor authz.Actor, subject find, fn func(work) error, actions ...authz.Action) error {
	return s.store.Read(ctx, func(tx *store.Tx) error {
		sub, err := subject(tx)
		if err != nil {
			return err
		}
		permit, err := checkAny(actor, sub, actions)
		if err != nil {
			return err
		}
		app, err := tx.Apprenticeship(permit)
		if err != nil {
			return err
		}
		w, err := s.begin(tx, actor, permit, app)
		if err != nil {
			return err
		}
		if err := fn(w); err != nil {
			return err
		}
		s.looks.note(w, tx.Now())
		return nil
	})
}

func checkAny(actor authz.Actor, sub authz.Subject, actions []authz.Action) (permit authz.Permit, err error) {
	for _, action := range actions {
		if permit, err = actor.Check(action, sub); err == nil {
			return permit, nil
		}
	}
	return permit, err
}

// change runs fn in a write transaction beneath the apprenticeship. Writes to
// one apprenticeship queue behind each other. A refusal to somebody who could
// be told the subject exists is audited in a transaction of its own, since
// the first one rolled back.
func (s *Service) change(ctx context.Context, actor authz.Actor, subject find, fn func(work) error, actions ...authz.Action) error {
	var refused authz.Subject
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		sub, err := subject(tx)
		if err != nil {
			return err
		}
		permit, err := checkAny(actor, sub, actions)
		if err != nil {
			refused = sub
			return err
		}
		if err := s.proved(tx, permit.Proves(tx.Now())); err != nil {
			return err
		}
		app, err := tx.Touch(permit)
		if err != nil {
			return err
		}
		w, err := s.begin(tx, actor, permit, app)
		if err != nil {
			return err
		}
		return fn(w)
	})
	if refused.Apprenticeship != "" && !actor.IsZero() {
		if auditErr := s.auditRefusal(ctx, actor, actions[0], refused); auditErr != nil {
			return auditErr
		}
	}
	return err
}

func (s *Service) auditRefusal(ctx context.Context, actor authz.Actor, action authz.Action, sub authz.Subject) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.Audit(store.AuditEvent{
			Actor: actor.ID(), Job: actor.Job(), Action: "refused", Apprenticeship: sub.Apprenticeship, Subject: action.String(),
		})
	})
}

func (s *Service) begin(tx *store.Tx, actor authz.Actor, permit authz.Permit, app countersign.Apprenticeship) (work, error) {
	f, err := s.framework(tx, app.FrameworkID, app.FrameworkVersion)
	return work{tx: tx, actor: actor, permit: permit, app: app, framework: f}, err
}

// active refuses a change to the record of an apprenticeship on which nothing
// is added or judged at present.
func (w work) active() error {
	switch {
	case w.app.IsWorking():
		return nil
	case w.app.State == countersign.OnBreak:
		return countersign.Refuse(countersign.Conflict, "This apprenticeship is on a break, so its record cannot change until the return")
	case w.app.State.Ended():
		return countersign.Refuse(countersign.Conflict, "This apprenticeship has ended, so its record cannot change any more")
	}
	return countersign.Refuse(countersign.Conflict, "This apprenticeship is "+w.app.State.Phrase()+", so its record cannot change now")
}

// recount derives the standing of the competencies again and keeps it. bump
// gives them a new version: what a signer who has the page open must know.
func (w work) recount(bump bool, codes ...string) error {
	if len(codes) == 0 {
		return nil
	}
	as, err := w.tx.Attainments(w.permit, w.framework, codes...)
	if err != nil {
		return err
	}
	return w.tx.SaveAttainments(w.permit, as, w.app.Seq, bump)
}

// audit writes what was done, in the same transaction.
func (w work) audit(action, subject string, detail any) error {
	return w.tx.Audit(store.AuditEvent{
		Actor: w.actor.ID(), Job: w.actor.Job(), Role: w.role(), Action: action,
		Apprenticeship: w.app.ID, Subject: subject, Detail: detail,
	})
}

// role names what the actor acts as, for the audit.
func (w work) role() string {
	if w.actor.ID() == w.app.Apprentice {
		return string(countersign.TheApprentice)
	}
	if caps := w.permit.Capacities(); len(caps) > 0 {
		return string(caps[0].Role)
	}
	if w.actor.LeadsHubOf(w.permit.Subject()) {
		return string(countersign.LeadOfHub)
	}
	return w.actor.Job()
}
