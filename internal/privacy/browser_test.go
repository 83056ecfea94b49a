package privacy

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The script that warns while somebody types finds the certain numbers of the
// corpus that Find does, and nothing else.
func TestTheBrowserFindsWhatStopsASave(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("Node isn't installed: apt-get install nodejs")
	}
	texts := []string{
		"９４３　４７６－５９１９", "٩٤٣٤٧٦٥٩١٩", "94\u200b34765919", "123 943 476 5919", "943 476 5918", "1943 476 5919", "943\t476\t5919",
		"943    476    5919", "9276308686", "0161 496 0000", "𝟗𝟒𝟑𝟒𝟕𝟔𝟓𝟗𝟏𝟗 and 999.000.0018", "943 - 476. 5919", "",
	}
	for _, l := range append(corpus(t, "dev"), corpus(t, "heldout")...) {
		texts = append(texts, l.text)
	}
	var want [][]string
	for _, text := range texts {
		found := []string{}
		for _, f := range certain(text) {
			found = append(found, text[f.Start:f.End])
		}
		want = append(want, found)
	}
	script, err := filepath.Abs("../../templates/src/privacy.js")
	if err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "-e", `
		import { readFileSync } from 'node:fs'
		const source = readFileSync(process.argv[1], 'utf8')
		const { find } = await import('data:text/javascript,' + encodeURIComponent(source))
		console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(find)))`, script)
	cmd.Stdin = bytes.NewReader(in)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Find() and the script (-Go +script):\n%s", diff)
	}
}
