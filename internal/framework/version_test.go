package framework_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"countersign/internal/framework"
)

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	got := []string{"10.0.0", "1.10.0", "1.9.10", "1.9.9", "0.12.0", "1.9.0"}
	slices.SortFunc(got, framework.CompareVersions)
	want := []string{"0.12.0", "1.9.0", "1.9.9", "1.9.10", "1.10.0", "10.0.0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if c := framework.CompareVersions("1.0.0", "1.0.0"); c != 0 {
		t.Errorf("CompareVersions of equal versions = %d, want 0", c)
	}
}
