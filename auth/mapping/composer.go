package mapping

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// maxIdentity is the largest identity as JSON, in bytes. Sealed, which encodes it
// in base64 twice, it has to fit into a cookie of 3,800 bytes together with its
// session, and what else that remembers.
const maxIdentity = 1400

// Composer makes identities of values. It may be used by many goroutines at once.
type Composer struct {
	cfg   config.IdentityMapping
	table *Table
}

// NewComposer makes identities as cfg says, with the values of a table's rows
// where there is a table.
func NewComposer(cfg config.IdentityMapping, table *Table) *Composer {
	return &Composer{cfg, table}
}

// Compose makes the identity of the values and of their row in the table. It
// always has a user id; it has no email when one of the email's values is
// missing. Without an identity the error is a *RefusedError.
func (c *Composer) Compose(values Values) (*auth.Identity, error) {
	values, err := c.withRow(values)
	if err != nil {
		return nil, err
	}
	var id auth.Identity
	for _, step := range []func(*auth.Identity, Values) error{c.userID, c.email, c.groups} {
		if err := step(&id, values); err != nil {
			return nil, err
		}
	}
	id.Name = name(compose(c.cfg.Name, values))
	id.Attributes = c.attributes(values)
	text, err := json.Marshal(id)
	if err != nil {
		return nil, &RefusedError{"identity", "it cannot be encoded"}
	}
	if len(text) > maxIdentity {
		return nil, &RefusedError{"identity", fmt.Sprintf(
			"it takes %d bytes, more than the %d that fit into a cookie: map fewer groups or attributes", len(text), maxIdentity)}
	}
	return &id, nil
}

// withRow adds the values of the table's row, if there is one.
func (c *Composer) withRow(values Values) (Values, error) {
	if c.table == nil {
		return values, nil
	}
	row := c.table.row(values)
	if len(row) == 0 {
		return values, nil
	}
	all := make(Values, len(values)+len(row))
	maps.Copy(all, values)
	for _, column := range slices.Sorted(maps.Keys(row)) {
		// Only claims that nobody has named get here: the table refuses the names of all other values.
		if _, taken := all[column]; taken {
			return nil, &RefusedError{"identity", fmt.Sprintf("the table has a column %s, and what was read has a value of that name: rename the column", column)}
		}
		all[column] = Value{Text: row[column]}
	}
	return all, nil
}
