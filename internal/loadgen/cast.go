package loadgen

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"countersign/internal/countersign"
)

// castFile names, in the data folder, who can play in a run.
const castFile = "loadgen-people.json"

// mostCast is how many apprentices it names at most.
const mostCast = 2000

// player is an apprentice at work, with those who judge and look after them, by
// their e-mail addresses.
type player struct {
	Apprenticeship, Apprentice, Supervisor, Hub, HubCode string
}

// writeCast names those of the plans who are likely at work, spread over all.
func (w *world) writeCast(plans []plan) error {
	var all []player
	for _, p := range plans {
		if p.left > 0 || p.broke > 0 || p.start.After(w.today) || w.learnt(p) >= p.days {
			continue
		}
		at := w.practices[p.practice]
		all = append(all, player{
			Apprenticeship: string(w.apprenticeshipID(p)), Apprentice: w.apprentice(p.number, enrolled(p)).Email,
			Supervisor: w.member(countersign.GPSupervisorMember, at.code, p.gp).Email, Hub: w.member(countersign.HubLead, at.hub.code, 0).Email, HubCode: at.hub.code,
		})
	}
	step := max(1, len(all)/mostCast)
	var cast []player
	for i := 0; i < len(all); i += step {
		cast = append(cast, all[i])
	}
	list, err := json.Marshal(cast)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.options.Data, castFile), list, 0o600)
}

// readCast returns who can play.
func readCast(data string) ([]player, error) {
	var cast []player
	list, err := os.ReadFile(filepath.Join(data, castFile))
	if err == nil {
		err = json.Unmarshal(list, &cast)
	}
	if err == nil && len(cast) == 0 {
		err = fmt.Errorf("%s names nobody", castFile)
	}
	if err != nil {
		return nil, fmt.Errorf("who is to sign in stands in the data folder that loadgen seed was given: %w", err)
	}
	return cast, nil
}
