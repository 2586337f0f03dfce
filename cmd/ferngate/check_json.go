package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// checkReport is what check --json prints. Other programs read it: members may be
// added to it, and none renamed.
type checkReport struct {
	Valid    bool           `json:"valid"`
	File     string         `json:"file"`
	Sites    int            `json:"sites"`
	Findings []checkFinding `json:"findings"`
}

// checkFinding is one fault or warning.
type checkFinding struct {
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Key      string `json:"key"`
	Problem  string `json:"problem"`
	Mend     string `json:"mend"`
	Source   string `json:"source"`
}

// writeCheckJSON writes the report of a check that found err; the error is
// errReported where there was one.
func writeCheckJSON(w io.Writer, path string, cfg *config.Config, warnings []config.Fault, err error) error {
	report := checkReport{Valid: err == nil, File: path, Findings: []checkFinding{}}
	if err == nil {
		report.Sites = len(cfg.Sites)
	}
	faults, placed := errors.AsType[config.Faults](err)
	for _, f := range faults {
		report.Findings = append(report.Findings, findingOf("fault", f))
	}
	if err != nil && !placed {
		problem := strings.TrimPrefix(err.Error(), path+": ")
		report.Findings = append(report.Findings, checkFinding{Severity: "fault", File: path, Problem: problem})
	}
	for _, f := range warnings {
		report.Findings = append(report.Findings, findingOf("warning", f))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(report); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if !report.Valid {
		return errReported
	}
	return nil
}

func findingOf(severity string, f config.Fault) checkFinding {
	problem := f.Problem
	if f.Key != "" {
		problem = strings.TrimPrefix(problem, f.Key+": ")
	}
	return checkFinding{severity, f.File, f.Line, f.Column, f.Key, problem, f.Mend, f.Source}
}
