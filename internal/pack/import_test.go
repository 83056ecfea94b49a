package pack_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// elsewhere is another installation, on the same kind of database.
func (h *house) elsewhere(t *testing.T) *house {
	t.Helper()
	dsn := storetest.SQLite
	if h.store.Dialect() == "postgres" {
		dsn = storetest.Postgres
	}
	clock := storetest.NewClock()
	clock.Set(h.clock.Now().Add(time.Hour))
	s, err := store.Open(t.Context(), dsn(t), store.Options{Now: clock.Now}) // with identifiers of its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return newHouse(t, s, clock, "https://other.example.org")
}

func (h *house) receive(t *testing.T, actor authz.Actor, data []byte) (countersign.Received, bool, error) {
	t.Helper()
	return h.svc.ReceivePackage(t.Context(), actor, h.Practice.Code, bytes.NewReader(data), int64(len(data)))
}

// left counts what an import could leave behind.
func (h *house) left(t *testing.T) int {
	t.Helper()
	n := 0
	if err := h.store.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.ReceivedList(authz.NewJob(authz.Operator).Scope(authz.ReceivePackage))
		n = len(all)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n + h.objects(t)
}

// objects counts the content that is kept.
func (h *house) objects(t *testing.T) (n int) {
	t.Helper()
	for _, err := range h.files.Older(t.Context(), -time.Hour) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestExportImportExportIsIdentical(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		data, there := h.exported(t, h.as(t, h.Apprentice), h.App.ID), h.elsewhere(t)
		got, again, err := there.receive(t, there.as(t, there.Manager), data)
		if err != nil || again {
			t.Fatalf("receive: %v, %t", err, again)
		}
		if got.State != countersign.PackageReceived || got.ApprenticeName != "Asha Patel" || got.OriginURL != h.packer.URL || got.ReceivedByName != there.Manager.Name || got.Apprenticeship != h.App.ID {
			t.Errorf("received %+v", got)
		}
		for _, actor := range []authz.Actor{there.svc.Operator(), there.as(t, there.GP)} {
			if !bytes.Equal(data, there.exported(t, actor, h.App.ID)) {
				t.Error("exported again it is not the same")
			}
		}
		before := there.left(t)
		if second, again, err := there.receive(t, there.as(t, there.HubLead), data); err != nil || !again || second.ID != got.ID || there.left(t) != before {
			t.Errorf("the same again: %+v, %t, %v", second, again, err)
		}
		// It is kept while it is needed.
		there.clock.Advance(100 * time.Hour)
		if err := there.svc.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := there.left(t); n != before {
			t.Errorf("%d things left of %d after the sweep", n, before)
		}
		// And nobody's record has it.
		if _, err := there.svc.Record(t.Context(), there.as(t, there.GP), h.App.ID); countersign.KindOf(err) != countersign.NotFound {
			t.Errorf("the record: %v, want NotFound", err)
		}
	})
}

func TestARefusedPackageLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.lived(t)
		data, there := h.exported(t, h.as(t, h.Apprentice), h.App.ID), h.elsewhere(t)
		manager := there.as(t, there.Manager)
		altered := bytes.Clone(data)
		altered[len(altered)/2] ^= 1
		for name, spoilt := range map[string][]byte{
			"empty": nil, "cut short": data[:len(data)-100], "altered": altered, "prolonged": append(bytes.Clone(data), '\n'), "text": []byte("hello"),
		} {
			_, _, err := there.receive(t, manager, spoilt)
			var refusal *countersign.Error
			if countersign.KindOf(err) != countersign.Invalid || !errors.As(err, &refusal) || len(refusal.Fields) != 1 || refusal.Fields[0].Field != "package" {
				t.Errorf("%s: %v, want a refusal of the package", name, err)
			}
		}
		// Back where it came from, the apprenticeship is there.
		if _, _, err := h.receive(t, h.as(t, h.Manager), data); !strings.Contains(countersign.MessageOf(err), "part of this installation already") {
			t.Errorf("at home: %v", err)
		}
		if n := there.left(t); n != 0 {
			t.Errorf("%d things are left behind", n)
		}
	})
}

func TestWhoReceivesAPackage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		data, there := h.exported(t, h.as(t, h.Apprentice), h.App.ID), h.elsewhere(t)
		for _, tc := range []struct {
			who  countersign.Person
			want countersign.Kind
		}{
			{there.Apprentice, countersign.NotFound},
			{there.GP, countersign.NotFound},
			{there.Mentor, countersign.NotFound},
			{there.Admin, countersign.NotFound},
			{there.OtherHubLead, countersign.Invalid}, // whose place it isn't
			{there.Manager, 0},
			{there.HubLead, 0},
		} {
			if _, _, err := there.receive(t, there.as(t, tc.who), data); countersign.KindOf(err) != tc.want {
				t.Errorf("%s: %v, want kind %v", tc.who.Name, err, tc.want)
			}
		}
		if _, _, err := there.receive(t, authz.Actor{}, data); countersign.KindOf(err) != countersign.Unauthenticated {
			t.Errorf("nobody: %v", err)
		}
		for _, p := range []countersign.Person{there.Manager, there.HubLead, there.OtherGP, there.Apprentice} {
			if _, err := there.packer.Export(t.Context(), there.as(t, p), h.App.ID); err == nil || countersign.KindOf(err) == countersign.Internal {
				t.Errorf("%s reads what was received: %v", p.Name, err)
			}
		}
	})
}
