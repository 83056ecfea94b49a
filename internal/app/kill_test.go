package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"countersign/internal/app"
	"countersign/internal/countersign"
	"countersign/internal/demo"
	"countersign/internal/files"
	"countersign/internal/service"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// killSeed decides what is asked of a server and when it is killed.
const killSeed = 20261122

func TestNothingIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newKilling(t, dsn(t), killSeed).rounds(10)
		})
	}
}

// BenchmarkKills kills a server 200 times, half of them on each database. An
// operation is a kill.
func BenchmarkKills(b *testing.B) {
	for name, dsn := range databases {
		b.Run(name, func(b *testing.B) {
			k := newKilling(b, dsn(b), rand.Uint64())
			b.ResetTimer()
			k.rounds(max(100, b.N))
			b.ReportMetric(float64(k.kept), "writes-kept")
		})
	}
}

// killing is an installation whose server is killed again and again.
type killing struct {
	t      testing.TB
	c      app.Config
	world  *storetest.World
	tokens map[countersign.PersonID]string
	random *rand.Rand
	kept   int // writes that were acknowledged and are there

	mu    sync.Mutex // guards the rest
	acks  []ack
	other []string // answers that nobody expected
}

// ack is a write that the server said was done.
type ack struct {
	table, id string
	has       map[string]any // what its row holds, or will ever hold from then on
	content   string         // of its file
}

func newKilling(t testing.TB, database string, seed uint64) *killing {
	t.Helper()
	t.Logf("the seed is %d", seed)
	c := app.Config{Data: t.TempDir(), Database: database, Demo: true, Now: storetest.Start.Format(time.RFC3339)}
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	k := &killing{
		t: t, c: c, world: storetest.NewWorld(t, a.Store), tokens: map[countersign.PersonID]string{},
		random: rand.New(rand.NewPCG(seed, 1)),
	}
	for _, p := range []countersign.Person{k.world.Apprentice, k.world.Mentor, k.world.GP} {
		if _, k.tokens[p.ID], err = a.Service.CreateTokenFor(t.Context(), a.Service.Operator(), p.Email, service.TokenInput{Name: "kill", Days: 30}); err != nil {
			t.Fatal(err)
		}
	}
	// As a demonstration: its people sign without a passkey.
	if err := a.Store.Write(t.Context(), func(tx *store.Tx) error { return tx.SetSetting(demo.Mark, "complete") }); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *killing) rounds(n int) {
	for range n {
		k.round()
		if k.t.Failed() {
			k.t.FailNow()
		}
	}
	address, process := k.start()
	k.check()
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		k.t.Error(err)
	}
	if err := process.Wait(); err != nil {
		k.t.Errorf("the server at %s, told to stop: %v", address, err)
	}
	k.checkCollected()
	k.t.Logf("%d kills, %d acknowledged writes, all there", n, k.kept)
	if k.kept < n {
		k.t.Error("hardly anything was written")
	}
}

// start starts the program at a free port and waits until it is ready.
func (k *killing) start() (string, *exec.Cmd) {
	k.t.Helper()
	return k.startAt(0)
}

// startAt starts the program at a port and waits until it is ready. Told to
// stop, it serves on for some seconds, as behind a balancer, if the port is
// not just any.
func (k *killing) startAt(port int) (string, *exec.Cmd) {
	k.t.Helper()
	path, err := program()
	if err != nil {
		k.t.Fatal(err)
	}
	out := newOutput()
	var log bytes.Buffer
	cmd := exec.Command(path, "serve", "--demo", "--addr", fmt.Sprintf("127.0.0.1:%d", port), "--data", k.c.Data)
	cmd.Env = append(cleanEnvironment(), "COUNTERSIGN_NOW="+k.c.Now, "COUNTERSIGN_DATABASE="+k.c.Database)
	if port != 0 {
		cmd.Env = append(cmd.Env, "COUNTERSIGN_DRAIN=5s")
	}
	cmd.Stdout, cmd.Stderr = out, &log
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	deadline, cancel := context.WithTimeout(k.t.Context(), time.Minute)
	defer cancel()
	select {
	case address := <-out.ready:
		return address, cmd
	case <-deadline.Done():
		_ = cmd.Process.Kill()
		k.t.Fatalf("the server doesn't start after a kill: %v\n%s", cmd.Wait(), tail(log.String()))
		return "", nil
	}
}

// round starts the server, looks whether all is there, and kills it while
// several people write.
func (k *killing) round() {
	address, process := k.start()
	k.check()
	ctx, cancel := context.WithCancel(k.t.Context())
	defer cancel()
	client := &http.Client{Transport: &http.Transport{}}
	left := make(chan struct{}, 1000)
	var workers sync.WaitGroup
	for n := range 4 {
		w := worker{killing: k, ctx: ctx, client: client, address: address, asked: left, random: rand.New(rand.NewPCG(k.random.Uint64(), uint64(n)))}
		workers.Go(w.work)
	}
	for range 1 + k.random.IntN(25) { // requests that have begun
		<-left
	}
	moment := time.NewTimer(time.Duration(k.random.IntN(20_000)) * time.Microsecond) // and that one is somewhere
	<-moment.C
	if err := process.Process.Kill(); err != nil {
		k.t.Error(err)
	}
	_ = process.Wait() // which says that it was killed
	cancel()
	workers.Wait()
	client.CloseIdleConnections()
	for _, o := range k.other {
		k.t.Error(o)
	}
}

// worker is one of those who write until the server is gone.
type worker struct {
	*killing
	ctx     context.Context //nolint:containedctx // it lives as long as the worker
	client  *http.Client
	address string
	asked   chan<- struct{}
	random  *rand.Rand
}

var errGone = errors.New("the server is gone")

func (w worker) work() {
	for {
		var err error
		switch w.random.IntN(3) {
		case 0:
			err = w.sign()
		default:
			err = w.log()
		}
		if err != nil {
			return
		}
	}
}

// log logs a piece with a file, submits it, and has it accepted.
func (w worker) log() error {
	competencies := w.world.Framework.Competencies()
	title := fmt.Sprintf("Piece %d", w.random.Uint64())
	piece, err := w.post(w.world.Apprentice, "/apprenticeships/"+string(w.world.App.ID)+"/evidence", map[string]any{
		"kind": "work_product", "title": title, "occurred_on": "2026-03-01", "narrative": "I wrote it.", "anonymised": true, "details": map[string]string{"product": "A letter"},
		"competencies": []any{map[string]string{"code": competencies[w.random.IntN(len(competencies))].Code, "justification": "It shows the task"}},
	})
	if err != nil {
		return err
	}
	w.ack(ack{table: "evidence", id: piece, has: map[string]any{"title": title}})
	text := fmt.Sprintf("Notes %d\n", w.random.Uint64())
	file, err := w.upload("/evidence/"+piece+"/attachments", text)
	if err != nil {
		return err
	}
	w.ack(ack{table: "attachments", id: file, has: map[string]any{"evidence_id": piece}, content: text})
	if _, err := w.post(w.world.Apprentice, "/evidence/"+piece+"/submission", nil); err != nil {
		return err
	}
	w.ack(ack{table: "evidence", id: piece, has: map[string]any{"revision": 1.0}})
	if _, err := w.post(w.world.Mentor, "/evidence/"+piece+"/review", map[string]string{"decision": "accept", "comment": "Careful."}); err != nil {
		return err
	}
	w.ack(ack{table: "evidence", id: piece, has: map[string]any{"state": "accepted"}})
	return nil
}

// sign decides that a competency isn't there yet, which may be done any time.
func (w worker) sign() error {
	all := w.world.Framework.Competencies()
	c := all[w.random.IntN(len(all))]
	for !c.Core {
		c = all[w.random.IntN(len(all))]
	}
	comment := fmt.Sprintf("Practise once more, as on day %d", w.random.Uint64())
	id, err := w.post(w.world.GP, "/apprenticeships/"+string(w.world.App.ID)+"/sign-offs", map[string]any{"competency": c.Code, "decision": "not_yet_competent", "comment": comment})
	if err != nil {
		return err
	}
	w.ack(ack{table: "sign_offs", id: id, has: map[string]any{"comment": comment, "competency": c.Code}})
	return nil
}

func (w worker) post(by countersign.Person, path string, body any) (id string, err error) {
	content, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	if body == nil {
		content = nil
	}
	return w.send(by, path, "application/json", bytes.NewReader(content))
}

func (w worker) upload(path, text string) (id string, err error) {
	form, mediaType := formFile(w.t, "notes.txt", text)
	return w.send(w.world.Apprentice, path, mediaType, form)
}

// formFile is a form that sends a file, and its media type.
func formFile(t testing.TB, name, text string) (*bytes.Buffer, string) {
	form := new(bytes.Buffer)
	to := multipart.NewWriter(form)
	part, err := to.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err := errors.Join(err, to.Close()); err != nil {
		t.Error(err)
	}
	return form, to.FormDataContentType()
}

// send sends a request and returns the id in the answer. Whatever goes wrong
// on the way ends the worker: the server was killed.
func (w worker) send(by countersign.Person, path, mediaType string, body io.Reader) (string, error) {
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.address+"/api/v1"+path, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+w.tokens[by.ID])
	req.Header.Set("Content-Type", mediaType)
	select {
	case w.asked <- struct{}{}:
	case <-w.ctx.Done():
	}
	res, err := w.client.Do(req)
	if err != nil {
		return "", errGone
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return "", errGone
	}
	var answer struct {
		ID string `json:"id"`
	}
	if res.StatusCode >= 300 || json.Unmarshal(content, &answer) != nil || answer.ID == "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.other = append(w.other, fmt.Sprintf("%s: %d\n%s", path, res.StatusCode, content))
		return "", errGone
	}
	return answer.ID, nil
}

func (k *killing) ack(a ack) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.acks = append(k.acks, a)
}

// content returns the content of a file.
func (k *killing) content(st *store.Store, sum string) (string, error) {
	folder, err := files.OpenFolder(filepath.Join(k.c.Data, "files"))
	if err != nil {
		return "", err
	}
	defer folder.Close()
	content, err := files.NewVault(folder, st.FileKeys()).Open(k.t.Context(), sum)
	if err != nil {
		return "", err
	}
	defer content.Close()
	b, err := io.ReadAll(content)
	return string(b), err
}

// age has every file look old enough to be collected.
func (k *killing) age() {
	old := time.Now().Add(-48 * time.Hour)
	err := filepath.WalkDir(filepath.Join(k.c.Data, "files"), func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			err = os.Chtimes(path, old, old)
		}
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
}
