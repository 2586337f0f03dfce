package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ferngate/ferngate/auth"
)

const (
	maxUserID = 256 // bytes
	maxEmail  = 254 // bytes (RFC 5321, section 4.5.3.1.3, with the brackets off)
	maxGroups = 100
	maxGroup  = 256 // bytes
	maxName   = 256 // characters
)

// userID fills in the user id, which is the key of the person everywhere: what
// could be read in two ways is refused, not mended.
func (c *Composer) userID(id *auth.Identity, values Values) error {
	refuse := refusal("user_id")
	got := compose(c.cfg.UserID, values)
	switch {
	case !got.whole():
		return refuse(got.lack())
	case got.text == "":
		return refuse("it is empty")
	case len(got.text) > maxUserID:
		return refuse(fmt.Sprintf("it is %d bytes long, more than %d", len(got.text), maxUserID))
	case !isClean(got.text):
		return refuse("it has a control character, or one that cannot be read")
	}
	id.UserID = got.text
	return nil
}

// email fills in the address. A missing one leaves an identity that gets no
// token; a malformed one none at all, since rules about domains could read it in two ways.
func (c *Composer) email(id *auth.Identity, values Values) error {
	refuse := refusal("email")
	got := compose(c.cfg.Email, values)
	local, domain, _ := strings.Cut(got.text, "@")
	switch {
	case len(got.lists) > 0:
		return refuse(got.lack())
	case len(got.missing) > 0, c.cfg.Email.IsZero():
		return nil
	case local == "" || domain == "" || strings.Contains(domain, "@"):
		return refuse("it is not one name, one @ and one domain")
	case len(got.text) > maxEmail:
		return refuse(fmt.Sprintf("it is %d bytes long, more than %d", len(got.text), maxEmail))
	case !isClean(got.text) || strings.ContainsFunc(got.text, unicode.IsSpace) || strings.ContainsAny(got.text, ",<>"):
		return refuse("it has a space, a control character, a comma, < or >")
	}
	id.Email = got.text
	return nil
}

// groups fills in the groups: one value that is a list, or a text that commas separate.
func (c *Composer) groups(id *auth.Identity, values Values) error {
	refuse := refusal("groups")
	var groups []string
	got := compose(c.cfg.Groups, values)
	if parts := c.cfg.Groups.Parts(); len(parts) == 1 && len(got.lists) == 1 {
		groups = values[parts[0].Name].List
	} else if len(got.lists) > 0 {
		return refuse(got.lack() + ", which must stand alone")
	} else if got.found > 0 || len(got.missing) == 0 {
		groups = strings.Split(got.text, ",")
	}
	for _, group := range groups {
		group = strings.TrimSpace(group)
		switch {
		case group == "":
			continue
		case len(group) > maxGroup:
			return refuse(fmt.Sprintf("one is %d bytes long, more than %d", len(group), maxGroup))
		case !isClean(group):
			return refuse("one has a control character, or one that cannot be read")
		case strings.Contains(group, ","):
			return refuse("one has a comma, which separates groups in a header")
		}
		id.Groups = append(id.Groups, group)
	}
	if len(id.Groups) > maxGroups {
		return refuse(fmt.Sprintf("there are %d, more than %d", len(id.Groups), maxGroups))
	}
	return nil
}

// attributes are those of which every value is there.
func (c *Composer) attributes(values Values) map[string]string {
	var attributes map[string]string
	for name, template := range c.cfg.Attributes {
		got := compose(template, values)
		text := tidy(got.text)
		if !got.whole() || text == "" {
			continue
		}
		if attributes == nil {
			attributes = make(map[string]string, len(c.cfg.Attributes))
		}
		attributes[name] = text
	}
	return attributes
}

// name is what the person is called: for display only, and so mended and cut
// where it has to be (TestH15).
func name(got composed) string {
	if got.found == 0 && len(got.missing)+len(got.lists) > 0 {
		return "" // what is between the values is nobody's name
	}
	text := []rune(tidy(got.text))
	return strings.TrimSpace(string(text[:min(len(text), maxName)]))
}

// tidy makes one line of a text, with single spaces and without control characters.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsSpace(r) && isControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// isClean tells whether a text may be an id.
func isClean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, isForeign)
}

// lack says what keeps a text from being whole.
func (c composed) lack() string {
	if len(c.lists) > 0 {
		return "the value " + c.lists[0] + " is a list, not a text"
	}
	return "there is no value " + strings.Join(slices.Compact(c.missing), " and no ")
}

// refusal makes a field's errors.
func refusal(field string) func(reason string) error {
	return func(reason string) error { return &RefusedError{field, reason} }
}
