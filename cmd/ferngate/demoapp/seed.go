package demoapp

import "time"

// seededTickets is the desk as it was left one day in 2009.
func seededTickets(now func() time.Time) *tickets {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2009, time.March, day, hour, minute, 0, 0, time.UTC)
	}
	return &tickets{now: now, last: 106, all: []ticket{
		{
			ID: 101, Subject: "Printer on the second floor prints everything twice", Status: "closed",
			By: "Maud Okafor", Opened: at(2, 9, 14),
			Text: "Also the things nobody asked for. The second copy is always a little greener.",
			Comments: []comment{
				{By: "Desk", At: at(2, 11, 40), Text: "The driver was installed on top of itself. Removed one."},
				{By: "Maud Okafor", At: at(3, 8, 55), Text: "One copy now. I miss the green."},
			},
		},
		{
			ID: 102, Subject: "Invoice export stops at row 65,536", Status: "open",
			By: "Teodor Lind", Opened: at(4, 15, 2),
			Text:     "We have sold more ferns than the spreadsheet has rows.\nPlease advise.",
			Comments: []comment{{By: "Desk", At: at(5, 10, 21), Text: "Congratulations. Looking into it."}},
		},
		{
			ID: 103, Subject: "Umlauts in customer names: Grünwald becomes GrÃ¼nwald", Status: "waiting",
			By: "Ines Grünwald", Opened: at(9, 13, 37),
			Text:     "It is my own name, so I notice.",
			Comments: []comment{{By: "Desk", At: at(9, 16, 5), Text: "Which screen? It looks right on this one."}},
		},
		{
			ID: 104, Subject: "Greenhouse thermometer reports -273 °C", Status: "closed",
			By: "Pavel Brandt", Opened: at(11, 7, 48),
			Text:     "The ferns disagree.",
			Comments: []comment{{By: "Desk", At: at(11, 9, 30), Text: "Battery. Fixed on site."}},
		},
		{
			ID: 105, Subject: "Search for \"<b>moss</b>\" finds nothing", Status: "open",
			By: "Teodor Lind", Opened: at(16, 12, 0),
			Text: "With & without the brackets. 'Moss' alone works.",
		},
		{
			ID: 106, Subject: "May we have a help button?", Status: "open",
			By: "Maud Okafor", Opened: at(20, 17, 59),
			Text: "People keep asking me how to ask for help.",
		},
	}}
}
