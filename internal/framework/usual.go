package framework

import (
	"reflect"
	"sync"

	"countersign/frameworks"
	"countersign/internal/countersign"
)

// usual is what frameworks/usual.yaml says.
type usual struct {
	Pace pace `yaml:"pace" json:"pace" check:"required"`
}

var usualFile = sync.OnceValues(func() (usual, error) {
	return parseUsual(frameworks.Usual)
})

// parseUsual reads the file as strictly as a framework.
func parseUsual(data []byte) (usual, error) {
	d := decoder{places: map[string]position{}}
	var u usual
	if root := syntax(data, &d.report); root != nil {
		d.value(root, reflect.ValueOf(&u).Elem(), "", rule{})
	}
	return u, d.err("usual.yaml")
}

// Usual returns the rule of pace that holds for every framework version that
// gives none of its own: that of frameworks/usual.yaml, which is built in.
func Usual() countersign.PaceRule {
	u, err := usualFile()
	if err != nil {
		panic("framework: the built-in file is refused: " + err.Error()) // TestUsualPaceIsThatOfTheFile reads it
	}
	r := u.Pace.rule()
	r.Usual = true
	return r
}
