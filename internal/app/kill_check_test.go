package app_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"countersign/internal/app"
	"countersign/internal/ledger"
	"countersign/internal/store/storetest"
)

// table is the rows of a table by their id.
func (k *killing) table(all map[string][]string, name string) map[string]map[string]any {
	byID := map[string]map[string]any{}
	for n, line := range all[name] {
		row := map[string]any{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			k.t.Fatal(err)
		}
		id, ok := row["id"].(string)
		if !ok {
			id = fmt.Sprint(n)
		}
		byID[id] = row
	}
	return byID
}

// check looks whether every acknowledged write is there and nothing is half
// there.
func (k *killing) check() {
	k.t.Helper()
	all := rows(k.t, k.c)
	st := databaseOf(k.t, k.c)
	defer st.Close()
	tables := map[string]map[string]map[string]any{}
	for _, name := range []string{"evidence", "evidence_revisions", "reviews", "attachments", "sign_offs", "audit_events"} {
		tables[name] = k.table(all, name)
	}
	for _, a := range k.acks {
		row := tables[a.table][a.id]
		for column, want := range a.has {
			if row[column] != want {
				k.t.Errorf("%s %s was acknowledged with %s = %v, and has %v", a.table, a.id, column, want, row[column])
			}
		}
		if a.content == "" || row == nil {
			continue
		}
		if content, err := k.content(st, row["sha256"].(string)); err != nil || content != a.content {
			k.t.Errorf("the file of attachment %s is %q, %v; want %q", a.id, content, err, a.content)
		}
	}
	k.kept += len(k.acks)
	k.acks = nil
	k.checkHalves(tables)
	k.checkChain(tables["sign_offs"])
}

// checkHalves looks at what one transaction writes in several places.
func (k *killing) checkHalves(tables map[string]map[string]map[string]any) {
	k.t.Helper()
	revisions, reviewed, audited := map[string]float64{}, map[string]int{}, map[string]int{}
	for _, r := range tables["evidence_revisions"] {
		id := r["evidence_id"].(string)
		revisions[id] = max(revisions[id], r["number"].(float64))
	}
	for _, r := range tables["reviews"] {
		reviewed[r["evidence_id"].(string)]++
	}
	for _, e := range tables["audit_events"] {
		audited[e["action"].(string)+" "+e["subject"].(string)]++
	}
	for id, e := range tables["evidence"] {
		accepted := e["state"] == "accepted"
		if e["revision"] != revisions[id] || (e["revision"] == 0.0) != (e["state"] == "draft") || accepted != (reviewed[id] == 1) ||
			accepted != (audited["evidence.accept "+id] == 1) || (e["revision"] == 1.0) != (audited["evidence.submit "+id] == 1) {
			k.t.Errorf("piece %s is half written: it is %v with revision %v of %v, %d reviews, and the audit says %d, %d",
				id, e["state"], e["revision"], revisions[id], reviewed[id], audited["evidence.submit "+id], audited["evidence.accept "+id])
		}
	}
	for id := range tables["sign_offs"] {
		if audited["sign_off.assessment "+id] != 1 {
			k.t.Errorf("sign-off %s is not in the audit", id)
		}
	}
}

// checkChain follows the leaves of the sign-offs.
func (k *killing) checkChain(signOffs map[string]map[string]any) {
	k.t.Helper()
	next := map[any]map[string]any{}
	for id, so := range signOffs {
		if ledger.LeafOf([]byte(so["canonical"].(string))) != so["leaf"] {
			k.t.Errorf("sign-off %s is not what its leaf says", id)
		}
		next[so["previous_leaf"]] = so
	}
	n := 0
	for at := next[""]; at != nil; at = next[at["leaf"]] {
		n++
	}
	if n != len(signOffs) {
		k.t.Errorf("the chain has %d of %d sign-offs", n, len(signOffs))
	}
}

// checkCollected looks whether after the daily collection of what is left
// over, the folder holds the files that something refers to, and no others.
func (k *killing) checkCollected() {
	k.t.Helper()
	k.age()
	later := k.c
	later.Now = storetest.Start.AddDate(0, 0, 2).Format(time.RFC3339)
	a, err := app.Open(k.t.Context(), later)
	if err != nil {
		k.t.Fatal(err)
	}
	defer a.Close()
	if err := a.Service.Sweep(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	var said strings.Builder
	if err := a.VerifyLedger(k.t.Context(), "", &said); err != nil {
		k.t.Errorf("the ledger: %v\n%s", err, said.String())
	}
	want := map[string]bool{}
	for _, r := range k.table(rows(k.t, k.c), "attachments") {
		sum := r["sha256"].(string)
		want[sum] = true
		if content, err := k.content(a.Store, sum); err != nil || fmt.Sprintf("%x", sha256.Sum256([]byte(content))) != sum {
			k.t.Errorf("the content %s is not what its name says: %v", sum, err)
		}
	}
	if n := len(content(k.t, k.c, "files")); n != len(want) {
		k.t.Errorf("the folder has %d files, and %d are referred to", n, len(want))
	}
}
