package demo

import (
	"bytes"
	"embed"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"countersign/internal/countersign"
)

//go:embed texts/*.yaml
var textFiles embed.FS

// text is a piece of evidence as somebody might write it, by itself: who and
// when is decided elsewhere. In its sentences {a|b} chooses, {3..9} counts,
// {n=20|25} remembers and {n} says it again; {period} and {until} are dates.
type text struct {
	ID         string
	Kind       countersign.EvidenceKind
	Title      string
	By         role // who reviews it, and whom an observed piece names
	Recorded   bool // written by the observer about the apprentice
	Reserve    bool // only used where a story asks for it
	Entries    string
	Narrative  string
	Reflection string
	Details    map[string]string
	For        []map[string]string // code without "GPA-", and why
	File       string              // see attachments.go

	mapping []countersign.Mapping // of a general text, instead of For
}

// role is the part that somebody plays in one apprenticeship.
type role string

const (
	gp       role = "gp"
	mentor   role = "mentor"
	manager  role = "manager"
	assessor role = "assessor"
	learner  role = "apprentice"
	hubLead  role = "hub"
	verifier role = "verifier"
)

// codeStart begins every code of the frameworks; texts and lists here leave it
// out.
const codeStart = "GPA-"

// maps returns the competencies of the framework that the text is for, with
// the reasons.
func (t *text) maps(f countersign.Framework) []countersign.Mapping {
	if t.mapping != nil {
		return t.mapping
	}
	var out []countersign.Mapping
	for _, m := range t.For {
		for code, why := range m {
			if _, ok := f.Competency(codeStart + code); ok {
				out = append(out, countersign.Mapping{Competency: codeStart + code, Justification: why})
			}
		}
	}
	return out
}

// comments is what assessors write.
type comments map[string][]string

type library struct {
	texts    []*text
	generals []*text // for frameworks of which nobody has written any; see about
	comments comments
}

func (l library) text(id string) *text {
	i := slices.IndexFunc(l.texts, func(t *text) bool { return t.ID == id })
	if i < 0 {
		panic("demo: no text is called " + id)
	}
	return l.texts[i]
}

var loadLibrary = sync.OnceValues(func() (library, error) {
	var l library
	for _, name := range []string{"care", "clinical", "records", "communication", "administration", "workflow"} {
		var texts []*text
		if err := readTexts(name, &texts); err != nil {
			return l, err
		}
		l.texts = append(l.texts, texts...)
	}
	for _, t := range l.texts {
		if t.By == "" {
			t.By = mentor
		}
	}
	if err := readTexts("general", &l.generals); err != nil {
		return l, err
	}
	return l, readTexts("comments", &l.comments)
})

func readTexts(name string, into any) error {
	data, err := textFiles.ReadFile("texts/" + name + ".yaml")
	if err != nil {
		return fmt.Errorf("demo: texts: %w", err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(into); err != nil {
		return fmt.Errorf("demo: texts: %s: %w", name, err)
	}
	return nil
}

var blank = regexp.MustCompile(`\{[^{}]*\}`)

// speaker fills the blanks of one piece's texts, so that they agree with each
// other.
type speaker struct {
	rng   *rand.Rand
	known map[string]string
}

// say returns the text with its blanks filled.
func (s speaker) say(t string) string {
	return blank.ReplaceAllStringFunc(t, func(b string) string {
		b = b[1 : len(b)-1]
		if known, ok := s.known[b]; ok {
			return known
		}
		name, choices, remembered := strings.Cut(b, "=")
		if !remembered {
			choices = b
		}
		chosen := s.choose(choices)
		if remembered {
			s.known[name] = chosen
		}
		return chosen
	})
}

func (s speaker) choose(choices string) string {
	if low, high, ok := strings.Cut(choices, ".."); ok {
		from, errLow := strconv.Atoi(low)
		to, errHigh := strconv.Atoi(high)
		if errLow != nil || errHigh != nil || to < from {
			panic("demo: not a range: " + choices)
		}
		return strconv.Itoa(from + s.rng.IntN(to-from+1))
	}
	options := strings.Split(choices, "|")
	return options[s.rng.IntN(len(options))]
}
