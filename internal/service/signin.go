package service

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

var errWrongCredentials = countersign.Refuse(countersign.Unauthenticated, "The email address or password is not right")

// SignInInput is what a person types to sign in.
type SignInInput struct {
	Email    string `field:"email" label:"your email address" validate:"required,max=254" privacy:"-"`
	Password string `field:"password" label:"your password" validate:"required,max=1000" privacy:"-"`
	From     Origin `privacy:"-"`
}

// SignedIn is what a step of signing in came to: somebody with their proof, or
// the Step to send back with a code that is still asked for.
type SignedIn struct {
	Person countersign.PersonID
	Proof  authz.Proof
	Step   string
}

// SignIn returns who has that e-mail and password, or asks for a code if they
// use an authenticator app. Unknown accounts and wrong passwords get the same
// answer in the same time; too many tries get TooMany for a while.
func (s *Service) SignIn(ctx context.Context, in SignInInput) (SignedIn, error) {
	if err := s.check.Check(in); err != nil {
		return SignedIn{}, err
	}
	email := lowerEmail(in.Email)
	var id countersign.PersonID
	var phc string
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		id, phc, err = tx.Credentials(email)
		return err
	})
	if err != nil && countersign.KindOf(err) != countersign.NotFound {
		return SignedIn{}, err
	}
	if err := s.countTry(ctx, "sign-in", email, id, in.From); err != nil {
		return SignedIn{}, err
	}
	ok, rehash, err := password.Verify(ctx, phc, in.Password) // an empty hash takes as long
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, s.signInRefused(ctx, id, authz.ByPassword, in.From, errWrongCredentials)
	}
	fresh := ""
	if rehash {
		if fresh, err = password.Hash(ctx, in.Password); err != nil {
			return SignedIn{}, err
		}
	}
	return s.rightPassword(ctx, id, phc, fresh, in)
}

// rightPassword lets in whoever typed the password of that hash, which took its
// time: a password that was changed meanwhile is no longer right, and isn't
// brought back under a fresh hash.
func (s *Service) rightPassword(ctx context.Context, id countersign.PersonID, phc, fresh string, in SignInInput) (SignedIn, error) {
	var out SignedIn
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.PasswordOf(id)
		if err != nil {
			return err
		} else if now != phc {
			return errWrongCredentials
		}
		if fresh != "" {
			if err := tx.SetPassword(id, fresh); err != nil {
				return err
			}
		}
		if err := forgetTries(tx, "sign-in", lowerEmail(in.Email), id, in.From); err != nil {
			return err
		}
		out, err = s.afterPassword(tx, id, in.From)
		return err
	})
	return out, err
}

// afterPassword lets somebody in whose password was right, or asks for a code.
func (s *Service) afterPassword(tx *store.Tx, id countersign.PersonID, from Origin) (SignedIn, error) {
	app, err := tx.AuthenticatorApp(id)
	if err != nil && countersign.KindOf(err) != countersign.NotFound {
		return SignedIn{}, err
	}
	if !app.ConfirmedAt.IsZero() {
		step, err := s.beginCeremony(tx, id, stepCode, nil)
		return SignedIn{Person: id, Step: step}, err
	}
	return s.signedIn(tx, id, authz.ByPassword, from)
}

// The purposes of ceremonies.
const (
	stepCode     = "sign-in-code"
	stepPasskey  = "sign-in-passkey"
	stepRegister = "register-passkey"
	stepProve    = "prove-passkey"
)

// ceremonyHolds is how long something is under way with a browser at most.
const ceremonyHolds = 5 * time.Minute

// beginCeremony keeps what is under way and returns the token to send back.
func (s *Service) beginCeremony(tx *store.Tx, person countersign.PersonID, purpose string, data any) (string, error) {
	token, hash := password.NewToken(s.rand)
	text, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	return token, tx.AddCeremony(hash, store.Ceremony{Person: person, Purpose: purpose, Data: text, Expires: tx.Now().Add(ceremonyHolds)})
}

// CodeInput is the second step of signing in: a code of the app, or a recovery
// code.
type CodeInput struct {
	Step string `field:"step" validate:"required,max=200" privacy:"-"`
	Code string `field:"code" label:"the code" validate:"required,max=40" privacy:"-"`
	From Origin `privacy:"-"`
}

var (
	errStepOver  = countersign.Refuse(countersign.NotFound, "You waited too long. Sign in again")
	errWrongCode = countersign.InvalidField("code", "This code is not right, or was used before. Enter the newest code that the app shows")
)

// SignInCode finishes a sign-in that asked for a code.
func (s *Service) SignInCode(ctx context.Context, in CodeInput) (SignedIn, error) {
	if err := s.check.Check(in); err != nil {
		return SignedIn{}, err
	}
	hash := password.HashToken(in.Step)
	var id countersign.PersonID
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.Ceremony(hash, stepCode)
		id = c.Person
		return err
	})
	if countersign.KindOf(err) == countersign.NotFound {
		err = errStepOver
	}
	if err == nil {
		err = s.countTry(ctx, "code", string(id), id, in.From)
	}
	if err != nil {
		return SignedIn{}, err
	}
	var out SignedIn
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		method := authz.ByPasswordCode
		ok, err := s.useCode(tx, id, in.Code)
		if err == nil && !ok {
			method = authz.ByRecoveryCode
			ok, err = tx.UseRecoveryCode(id, password.HashRecoveryCode(in.Code))
		}
		if err == nil && !ok {
			err = errWrongCode
		}
		if err == nil {
			_, err = tx.TakeCeremony(hash, stepCode)
		}
		if countersign.KindOf(err) == countersign.NotFound {
			err = errStepOver
		}
		if err == nil {
			err = forgetTries(tx, "code", string(id), id, in.From)
		}
		if err == nil && method == authz.ByRecoveryCode {
			err = s.notifySecurity(tx, id, "A recovery code was used to sign in")
		}
		if err == nil {
			out, err = s.signedIn(tx, id, method, in.From)
		}
		return err
	})
	if errors.Is(err, errWrongCode) {
		err = s.signInRefused(ctx, id, authz.ByPasswordCode, in.From, err)
	}
	return out, err
}

// signInRefused audits a try to sign in that was refused, and returns the
// refusal. Of an account that isn't there it is audited too, without whose,
// so that both take as long.
func (s *Service) signInRefused(ctx context.Context, id countersign.PersonID, method string, from Origin, refusal error) error {
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.Audit(store.AuditEvent{Action: store.SignInRefusedAction, Subject: string(id), Detail: signInDetail{Method: method, Browser: from.Browser}})
	})
	return cmp.Or(err, refusal)
}

// signInDetail is what is audited of a try to sign in.
type signInDetail struct {
	Method  string `json:"method"`
	Browser string `json:"browser"`
	New     bool   `json:"new_browser,omitempty"` // they hadn't used it before
}

// useCode reports whether a code is the one that the person's app shows, and
// uses it up.
func (s *Service) useCode(tx *store.Tx, id countersign.PersonID, code string) (bool, error) {
	app, err := tx.AuthenticatorApp(id)
	if countersign.KindOf(err) == countersign.NotFound {
		return false, nil
	} else if err != nil {
		return false, err
	}
	secret, err := s.secrets.Open(string(id), app.Secret)
	if err != nil {
		return false, err
	}
	step, ok := password.CodeStep(secret, code, tx.Now())
	if !ok {
		return false, nil
	}
	return tx.UseCode(id, step)
}

// signedIn lets somebody in: it is audited, and a browser that they haven't
// used before is told to them by mail, unless it is their first.
func (s *Service) signedIn(tx *store.Tx, id countersign.PersonID, method string, from Origin) (SignedIn, error) {
	detail := signInDetail{Method: method, Browser: from.Browser}
	if from.Device != "" {
		before, err := tx.SeeDevice(id, from.deviceHash())
		if err != nil {
			return SignedIn{}, err
		}
		detail.New = before >= 0
		if before > 0 {
			if err := tx.Enqueue(MailJob, Notice{Kind: NoticeNewDevice, To: id, What: from.Browser}, time.Time{}, ""); err != nil {
				return SignedIn{}, err
			}
		}
	}
	return SignedIn{Person: id, Proof: authz.Proof{Method: method, At: tx.Now()}}, tx.Audit(store.AuditEvent{
		Actor: id, Action: store.SignedInAction, Subject: string(id), Detail: detail,
	})
}

// DemoPerson is somebody on the sign-in page of a demonstration.
type DemoPerson struct {
	Name, Email, Role string
}

// SignInDemo signs in as a person of the demonstration without a password. It
// is NotFound unless the server runs one.
func (s *Service) SignInDemo(ctx context.Context, email string, from Origin) (SignedIn, error) {
	if !s.demo {
		return SignedIn{}, countersign.Refuse(countersign.NotFound, "This is not a demonstration")
	}
	var out SignedIn
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByEmail(lowerEmail(email))
		if err != nil {
			return err
		}
		out, err = s.signedIn(tx, p.ID, authz.ByDemonstration, Origin{Browser: from.Browser})
		return err
	})
	return out, err
}

func lowerEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
