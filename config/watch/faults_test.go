package watch

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files anew")

// TestFaultsOfTheSystem compares what is said of a file that the system does not
// let us read, for whichever reason, with testdata/unreadable.want.
func TestFaultsOfTheSystem(t *testing.T) {
	var said strings.Builder
	for _, err := range []error{fs.ErrNotExist, fs.ErrPermission, errNotRegular, errTooLarge, errors.New("the disk is on fire")} {
		said.WriteString(file("/etc/ferngate/list").explain(err).Error() + "\n")
	}
	const golden = "testdata/unreadable.want"
	if *update {
		if err := os.WriteFile(golden, []byte(said.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), said.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
