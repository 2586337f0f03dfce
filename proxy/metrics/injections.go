package metrics

// Injection is what became of a page: injected, or the reason why it has no
// widget, which are those of packages proxy, inject and csp.
type Injection string

// Injected is a page that got the widget.
const Injected Injection = "injected"

func newInjections(s *Site) Counter[Injection] {
	return newCounter(s, "ferngate_injections_total", "Answers of HTML, by what became of them: injected, or why they have no widget.",
		"outcome", []Injection{Injected})
}
