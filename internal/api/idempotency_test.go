package api_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"countersign/internal/service"
)

func TestARepeatedRequestIsAnsweredTheSame(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha, nurse := h.as(t, h.Apprentice), h.as(t, h.Mentor)
		body := h.observation(h.Mentor.Email, "GPA-CL1")
		key := header("Idempotency-Key", "first")
		one := asha.post(h.path("/evidence"), body, key).want(201)
		h.clock.Advance(time.Hour)
		two := asha.post(h.path("/evidence"), body, key).want(201)
		if !bytes.Equal(one.Body, two.Body) || one.tag() != two.tag() || one.Header.Get("Location") != two.Header.Get("Location") || two.tag() == "" {
			t.Errorf("answers %s %v and %s %v", one.Body, one.Header, two.Body, two.Header)
		}
		if n := len(asha.get(h.path("/evidence")).list("items")); n != 1 {
			t.Errorf("%d pieces", n)
		}
		body["title"] = "Another"
		asha.post(h.path("/evidence"), body, key).want(422)
		asha.post("/evidence/"+one.text("id")+"/submission", nil, key).want(422) // another request
		nurse.post("/evidence/"+one.text("id")+"/review", raw("{"), key).want(404)

		piece := "/evidence/" + one.text("id")
		file := asha.upload(piece+"/attachments", "notes.txt", []byte("A note.\n"), header("Idempotency-Key", "file")).want(201)
		again := asha.upload(piece+"/attachments", "notes.txt", []byte("A note.\n"), header("Idempotency-Key", "file")).want(201) // with another boundary
		if file.text("id") != again.text("id") {
			t.Errorf("files %s and %s", file.Body, again.Body)
		}
		asha.upload(piece+"/attachments", "notes.txt", []byte("Another.\n"), header("Idempotency-Key", "file")).want(422)
		asha.post(h.path("/evidence"), body, header("Idempotency-Key", strings.Repeat("k", 201))).want(400)

		// A day later the key is free again.
		h.clock.Advance(24*time.Hour + time.Minute)
		body["occurred_on"] = h.today().String()
		asha.post(h.path("/evidence"), body, key).want(201)
	})
}

func TestARefusedRequestGivesItsKeyBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asha := h.as(t, h.Apprentice)
		key := header("Idempotency-Key", "k")
		body := h.observation(h.Mentor.Email, "GPA-XX")
		asha.post(h.path("/evidence"), body, key).want(422)
		asha.post(h.path("/evidence"), body, key).want(422)
		asha.post(h.path("/evidence"), h.observation(h.Mentor.Email, "GPA-CL1"), key).want(201)
		if n := len(asha.get(h.path("/evidence")).list("items")); n != 1 {
			t.Errorf("%d pieces", n)
		}
	})
}

func TestOfRacingRequestsWithAKeyOneIsDone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		body := h.observation(h.Mentor.Email, "GPA-CL1")
		var wg sync.WaitGroup
		answers := make(chan answer, 8)
		for range 8 {
			wg.Go(func() {
				answers <- h.as(t, h.Apprentice).post(h.path("/evidence"), body, header("Idempotency-Key", "race"))
			})
		}
		wg.Wait()
		close(answers)
		ids := map[string]bool{}
		for a := range answers {
			switch a.Status {
			case 201:
				ids[a.text("id")] = true
			case 409:
				if a.Header.Get("Retry-After") == "" {
					t.Error("409 without Retry-After")
				}
			default:
				t.Errorf("answered %d: %s", a.Status, a.Body)
			}
		}
		if n := len(h.as(t, h.Apprentice).get(h.path("/evidence")).list("items")); n != 1 || len(ids) != 1 {
			t.Errorf("%d pieces, answers with %v", n, ids)
		}
	})
}

func TestASecretIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.as(t, h.Apprentice)
		key := header("Idempotency-Key", "token")
		one := c.post("/tokens", object{"name": "laptop", "days": 7}, key).want(201)
		two := c.post("/tokens", object{"name": "laptop", "days": 7}, key).want(201)
		if secret := one.text("token"); !strings.HasPrefix(secret, "cs_") || two.text("token") != "" || one.text("id") != two.text("id") {
			t.Errorf("tokens %s and %s", one.Body, two.Body)
		}
		if strings.Contains(string(c.get("/tokens").want(200).Body), "cs_") {
			t.Error("the list holds a secret")
		}
		_, other, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), h.Apprentice.Email, service.TokenInput{})
		if err != nil {
			t.Fatal(err)
		}
		c.token = other // what is kept of the request is nothing without the token
		c.post("/tokens", object{"name": "laptop", "days": 7}, key).want(422)
	})
}

func TestWhoIsNotSignedInNeedsNoIdempotencyKey(t *testing.T) {
	once(t, func(t *testing.T, h *house) {
		h.nobody(t).post("/checks", raw("x"), header("Idempotency-Key", "k")).want(415)
	})
}
