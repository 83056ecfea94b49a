package api_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"countersign/internal/api"
)

// TestMain makes sure that a whole run has seen every route at work.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" &&
		flag.Lookup("test.fuzz").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" && !testing.Short()
	if code == 0 && whole {
		for _, r := range api.Routes() {
			if _, ok := succeeded.Load(r.Method + " " + r.Path); !ok {
				fmt.Fprintf(os.Stderr, "no test has %s %s answered well\n", r.Method, r.Path)
				code = 1
			}
		}
	}
	os.Exit(code)
}
