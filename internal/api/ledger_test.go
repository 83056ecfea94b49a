package api_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"countersign/internal/ledger"
	"countersign/internal/service"
	"countersign/internal/tsa"
	"countersign/internal/tsa/tsatest"
)

// Whoever holds a decision can see that it is in the log, that the log is
// signed, and that it only grew; nobody learns anything else.
func TestAnybodyCanAskTheLogForProofs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.svc.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		nobody := h.nobody(t)
		nobody.get("/ledger/checkpoint").want(404)
		var leaves []string
		var checkpoints []ledger.Checkpoint
		keys := nobody.get("/ledger/keys").want(200)
		key, err := ledger.ParsePublicKey(keys.text("items", 0, "verifier"))
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"GPA-CL1", "GPA-CL2"} {
			so := h.as(t, h.GP).post(h.path("/sign-offs"), object{"competency": code, "decision": "not_yet_competent", "comment": "Observe two more"}).want(201)
			leaves = append(leaves, so.text("ledger", "leaf"))
			nobody.get("/ledger/entries/" + so.text("ledger", "leaf") + "/proof").want(404) // not yet
			if _, err := h.svc.Seal(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			c, _, err := ledger.OpenCheckpoint(nobody.get("/ledger/checkpoint").want(200).text("note"), key)
			if err != nil {
				t.Fatal(err)
			}
			checkpoints = append(checkpoints, c)
		}
		if nobody.get("/ledger/checkpoint").want(200).at("timestamp") != nil {
			t.Error("a time-stamp without an authority")
		}
		server := tsatest.Start(t, h.clock.Now)
		if err := service.New(service.Config{Store: h.store, TSA: tsa.New(server.URL, nil)}).StampCheckpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := nobody.get("/ledger/checkpoint").want(200)
		token, err := base64.StdEncoding.DecodeString(c.text("timestamp", "token"))
		if _, checkErr := tsa.Check(token, []byte(c.text("note")), nil); err != nil || checkErr != nil || c.at("timestamp", "size") != 2.0 {
			t.Errorf("the time-stamp: %v, %v", err, checkErr)
		}
		for i, leaf := range leaves {
			for _, at := range []string{"", "?size=2"} {
				p := nobody.get("/ledger/entries/" + leaf + "/proof" + at).want(200)
				if err := ledger.CheckEntry(checkpoints[1], int64(i), leaf, hashes(p)); err != nil {
					t.Errorf("entry %d: %v", i, err)
				}
			}
		}
		grown := nobody.get("/ledger/consistency?from=1").want(200)
		if err := ledger.CheckGrowth(checkpoints[1], checkpoints[0], hashes(grown)); err != nil {
			t.Error(err)
		}
		if got := nobody.get("/ledger/checkpoint?size=1").want(200).text("root"); got != checkpoints[0].Root {
			t.Errorf("the checkpoint of one leaf has root %s", got)
		}
		nobody.get("/ledger/entries/" + leaves[1] + "/proof?size=1").want(404)
		nobody.get("/ledger/entries/" + strings.Repeat("0", 64) + "/proof").want(404)
		nobody.get("/ledger/checkpoint?size=9").want(404)
		nobody.get("/ledger/consistency?from=2&to=1").want(404)
		nobody.sloppy = true
		nobody.get("/ledger/consistency").want(422)
		nobody.get("/ledger/checkpoint?size=x").want(422)
	})
}

// hashes are those of a proof.
func hashes(a answer) (out []string) {
	for _, h := range a.list("proof") {
		out = append(out, h.(string))
	}
	return out
}
