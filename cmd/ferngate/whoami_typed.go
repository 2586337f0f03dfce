package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxTyped bounds a line of standard input, in bytes: a Cookie header can be long.
const maxTyped = 64 << 10

// typed is what a person types, or a pipe says, line by line.
type typed struct {
	from    io.Reader
	prompts io.Writer
}

// secret asks for a line that a terminal does not show.
func (t *typed) secret(prompt string) (string, error) {
	terminal, ok := t.terminal()
	if !ok {
		return t.read()
	}
	fmt.Fprint(t.prompts, prompt)
	line, err := term.ReadPassword(terminal)
	fmt.Fprintln(t.prompts)
	return string(line), err
}

// line asks for a line.
func (t *typed) line(prompt string) (string, error) {
	if _, ok := t.terminal(); ok {
		fmt.Fprint(t.prompts, prompt)
	}
	return t.read()
}

func (t *typed) terminal() (fd int, ok bool) {
	file, ok := t.from.(*os.File)
	if !ok {
		return 0, false
	}
	return int(file.Fd()), term.IsTerminal(int(file.Fd()))
}

// read takes one line and no more: what follows is for the next question.
func (t *typed) read() (string, error) {
	var line []byte
	for b := make([]byte, 1); len(line) < maxTyped; {
		_, err := io.ReadFull(t.from, b)
		if err == io.EOF && len(line) > 0 || err == nil && b[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		if err == io.EOF {
			return "", errors.New("standard input has ended")
		}
		if err != nil {
			return "", err
		}
		line = append(line, b[0])
	}
	return "", fmt.Errorf("a line is longer than %d bytes", maxTyped)
}
