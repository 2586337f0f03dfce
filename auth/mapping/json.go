package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/ferngate/ferngate/config"
)

// maxNesting is how deep JSON may be nested.
const maxNesting = 100

// object is a JSON object that remembers which keys it has more than once: of
// those every reader takes another one.
type object struct {
	members map[string]any
	twice   map[string]bool
}

// ambiguous is in place of what is below a key that an object has more than once.
type ambiguous struct{ path string }

var (
	errNotJSON  = errors.New("malformed JSON")
	errNesting  = fmt.Errorf("JSON nested deeper than %d levels", maxNesting)
	errTrailing = errors.New("JSON with something after its end")
	errUTF8     = errors.New("JSON that is not valid UTF-8")
)

// parseJSON reads one JSON value: an object, a []any, a string, a json.Number, a bool or nil.
func parseJSON(text []byte) (any, error) {
	if !utf8.Valid(text) { // the decoder would make one character of all that is invalid
		return nil, errUTF8
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	root, err := parseValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errTrailing
	}
	return root, nil
}

// parseValue reads the value that comes next, below as many brackets as depth says.
func parseValue(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, errNotJSON
	}
	if _, opens := token.(json.Delim); opens && depth == maxNesting {
		return nil, errNesting
	}
	switch token {
	case json.Delim('{'):
		return parseObject(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			member, err := parseValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, member)
		}
		return list, end(d)
	}
	return token, nil
}

// parseObject reads what follows a {.
func parseObject(d *json.Decoder, depth int) (any, error) {
	o := object{members: map[string]any{}}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, errNotJSON
		}
		name, _ := key.(string) // the decoder lets nothing else through
		value, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		if _, taken := o.members[name]; taken {
			if o.twice == nil {
				o.twice = map[string]bool{}
			}
			o.twice[name] = true
		}
		o.members[name] = value
	}
	return o, end(d)
}

// end reads the bracket that closes.
func end(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return errNotJSON
	}
	return nil
}

// fromMap and fromAny give decoded claims the shape that parseJSON gives.
func fromMap(m map[string]any) object {
	o := object{members: make(map[string]any, len(m))}
	for key, value := range m {
		o.members[key] = fromAny(value)
	}
	return o
}

func fromAny(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return fromMap(value)
	case []any:
		list := make([]any, len(value))
		for i, member := range value {
			list[i] = fromAny(member)
		}
		return list
	}
	return value
}

// parseJSON parses the body once.
func (d *Document) parseJSON() (any, error) {
	if d.json == nil {
		root, err := parseJSON(d.body)
		d.json = &parsed[any]{root, err}
	}
	return d.json.root, d.json.err
}

// pointed follows a JSON Pointer (RFC 6901), or says why it leads nowhere.
func (d *Document) pointed(p config.Pointer) (found any, problem string) {
	if problem := d.lacksBody(); problem != "" && d.kind != claims {
		return nil, problem
	}
	at, err := d.parseJSON()
	switch {
	case err == errNotJSON && d.isMarkup():
		return nil, "the answer is no JSON but " + d.typeName()
	case err != nil:
		return nil, fmt.Sprintf("the answer (%s) is %v", d.typeName(), err)
	}
	path := "" // so far
	for _, token := range p.Tokens() {
		here := plain(path)
		switch {
		case path == "" && d.kind == claims:
			here = "the JWT"
		case path == "":
			here = "the answer"
		}
		path += "/" + token
		if at, problem = step(at, here, plain(path), token); problem != "" {
			return nil, problem
		}
	}
	return at, ""
}

// step goes from a value to the one that a token names in it. What messages
// call the two is here and there.
func step(at any, here, there, token string) (next any, problem string) {
	switch at := at.(type) {
	case object:
		next, ok := at.members[token]
		switch {
		case at.twice[token]:
			return ambiguous{there}, ""
		case ok:
			return next, ""
		case len(at.members) == 0:
			return nil, there + " is missing; " + here + " is an empty object"
		}
		return nil, there + " is missing; " + here + " has the keys " + plainList(slices.Sorted(maps.Keys(at.members)))
	case ambiguous:
		return at, ""
	case []any:
		// Section 4 of RFC 6901: digits without leading zeros.
		i, err := strconv.Atoi(token)
		if err == nil && i >= 0 && i < len(at) && strconv.Itoa(i) == token {
			return at[i], ""
		}
		return nil, fmt.Sprintf("%s is missing; %s is a list of %d", there, here, len(at))
	}
	_, kind := textOf(at)
	if kind == "" {
		kind = "is a text"
	}
	return nil, there + " is missing; " + here + " " + kind
}
