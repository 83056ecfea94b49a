package service

import (
	"context"
	"time"

	"countersign/internal/countersign"
	"countersign/internal/password"
	"countersign/internal/store"
)

// How many tries there are at what can be guessed, and within which time. A
// browser in which the person has signed in before has tries of its own, so
// that nobody locks them out from elsewhere.
const (
	TryWindow       = 15 * time.Minute
	triesPerDevice  = 10  // from one known browser, or at one account from one address
	triesPerAccount = 50  // from all browsers that aren't known
	triesPerAddress = 100 // at all accounts
)

// Origin is where a try comes from.
type Origin struct {
	Address string // network address
	Device  string // the browser's own token; empty if it has none
	Browser string // in words, such as "Firefox on Windows"
}

// deviceHash is the form in which the browser's token is kept.
func (o Origin) deviceHash() string {
	if o.Device == "" {
		return ""
	}
	return password.HashToken(o.Device)
}

// countTry counts a try at an account, which needn't exist, in a transaction
// of its own, and refuses it when there were too many. person is whose account
// it is, if it is anybody's.
func (s *Service) countTry(ctx context.Context, what, account string, person countersign.PersonID, from Origin) error {
	tooMany := false
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		keys, err := tryKeys(tx, what, account, person, from)
		if err != nil {
			return err
		}
		tooMany = false
		for _, k := range keys {
			n, err := tx.Attempt(k.key, TryWindow)
			if err != nil {
				return err
			}
			tooMany = tooMany || n > k.most
		}
		return nil
	})
	if err == nil && tooMany {
		return countersign.Refuse(countersign.TooMany, "There were too many tries. Wait 15 minutes, then try again")
	}
	return err
}

type tryKey struct {
	key  string
	most int
}

// tryKeys are the budgets that a try counts against. The first is forgotten
// when it succeeds.
func tryKeys(tx *store.Tx, what, account string, person countersign.PersonID, from Origin) ([]tryKey, error) {
	var keys []tryKey
	known, err := tx.KnowsDevice(person, from.deviceHash())
	if err != nil {
		return nil, err
	}
	if known {
		keys = append(keys, tryKey{what + ":device:" + from.deviceHash() + ":" + account, triesPerDevice})
	} else {
		keys = append(keys,
			tryKey{what + ":account:" + account + ":" + from.Address, triesPerDevice}, tryKey{what + ":account:" + account, triesPerAccount})
	}
	if from.Address != "" {
		keys = append(keys, tryKey{what + ":address:" + from.Address, triesPerAddress})
	}
	return keys, nil
}

// forgetTries begins afresh after a try that was right.
func forgetTries(tx *store.Tx, what, account string, person countersign.PersonID, from Origin) error {
	keys, err := tryKeys(tx, what, account, person, from)
	if err != nil {
		return err
	}
	return tx.ForgetAttempts(keys[0].key)
}
