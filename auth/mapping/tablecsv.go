package mapping

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ferngate/ferngate/config"
)

// maxFaults is the most faults of a table that are reported at once.
const maxFaults = 100

// sheet is a CSV table (RFC 4180) while it is read.
type sheet struct {
	file      string
	lines     []string // of the text, for columns in characters
	csv       *csv.Reader
	names     []string // of the columns; the first is the key's
	rows      rows
	keyOfLine map[string]int
	faults    config.Faults
}

// parseCSV reads a table with a row of column names, of which the first is the
// key's. Its faults come together, as config.Faults; they repeat no cell, since
// that is somebody's data.
func parseCSV(file, text string, extracted []string) (rows, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	s := &sheet{file: file, lines: strings.Split(text, "\n"), csv: csv.NewReader(strings.NewReader(text)), rows: rows{}, keyOfLine: map[string]int{}}
	s.csv.FieldsPerRecord = -1 // counted here, so that one short row does not hide other faults
	if s.header(extracted) {
		for len(s.faults) < maxFaults && s.next() {
		}
	}
	if len(s.faults) > 0 {
		return nil, s.faults
	}
	return s.rows, nil
}

// header reads the column names, and tells whether the rows below can be read.
func (s *sheet) header(extracted []string) bool {
	names, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		s.faults = config.Faults{{File: s.file, Problem: "the file is empty", Mend: "write a row of column names, the first of which is the key's"}}
		return false
	}
	if err != nil {
		s.malformed(err)
		return false
	}
	if len(names) == 1 {
		s.reject(0, "there is no column but the key's", "write login,plan with commas between the columns' names")
		return false
	}
	seen := map[string]bool{}
	for i, name := range names {
		name = strings.TrimSpace(name)
		switch f := checkColumn(name, extracted); {
		case i == 0: // names the key, and is no value
		case name == "":
			s.reject(i, "the column has no name", "name it, or leave it out")
		case seen[name]:
			s.reject(i, "column "+plain(name)+": is there already", "leave one of them out")
		case f.problem != "":
			s.reject(i, "column "+plain(name)+": "+f.problem, f.mend)
		}
		seen[name] = seen[name] || i > 0
		s.names = append(s.names, name)
	}
	return true
}

// next reads one row, and tells whether another may follow.
func (s *sheet) next() bool {
	cells, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		s.malformed(err)
		return false // nothing says where the next row begins
	}
	if len(cells) != len(s.names) {
		s.reject(0, fmt.Sprintf("the row has %d cells where there are %d columns", len(cells), len(s.names)),
			"write one cell for each column, and put one that holds a comma into quotes")
		return true
	}
	row := make(map[string]string, len(cells)-1)
	for i, cell := range cells[1:] {
		name := s.names[i+1]
		if cell = strings.TrimSpace(cell); cell != "" {
			row[name] = cell
		}
		if f := checkCell(cell); f.problem != "" {
			s.reject(i+1, "column "+plain(name)+": "+f.problem, f.mend)
		}
	}
	s.add(strings.TrimSpace(cells[0]), row)
	return true
}

// add takes a row in.
func (s *sheet) add(key string, row map[string]string) {
	line, _ := s.csv.FieldPos(0)
	if f := checkKey(key); f.problem != "" {
		s.reject(0, "the key "+f.problem, f.mend)
		return
	}
	if first := s.keyOfLine[key]; first > 0 {
		s.reject(0, fmt.Sprintf("the key is that of line %d already", first), "leave one of the rows out")
		return
	}
	s.keyOfLine[key] = line
	s.rows[key] = row
}

// reject adds a fault at a cell of the row that was read last.
func (s *sheet) reject(cell int, problem, mend string) {
	line, column := s.csv.FieldPos(cell)
	s.rejectAt(line, column, problem, mend)
}

// rejectAt adds a fault at a line and at a byte of it, both counted from 1.
func (s *sheet) rejectAt(line, column int, problem, mend string) {
	if line >= 1 && line <= len(s.lines) {
		text := s.lines[line-1]
		column = utf8.RuneCountInString(text[:min(max(column-1, 0), len(text))]) + 1
	}
	s.faults = append(s.faults, config.Fault{File: s.file, Line: line, Column: column, Problem: problem, Mend: mend})
}

// malformed adds the fault of a row that is no CSV.
func (s *sheet) malformed(err error) {
	const mend = `put the whole cell into quotes, and write "" for each quote in it`
	problem := "a quote stands in a cell without quotes around it"
	if errors.Is(err, csv.ErrQuote) {
		problem = "a quoted cell does not end, or goes on after its quote"
	}
	var line, column int
	if at, placed := errors.AsType[*csv.ParseError](err); placed {
		line, column = at.Line, at.Column
	}
	s.rejectAt(line, column, problem, mend)
}
