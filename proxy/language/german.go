package language

// german speaks to people as Sie.
var german = &Language{
	Tag:     "de",
	seconds: unit{"Sekunde", "Sekunden"},
	minutes: unit{"Minute", "Minuten"},
	texts: map[string]string{
		// Signing in.
		"Sign in":  "Anmelden",
		"Login":    "Benutzername",
		"Password": "Passwort",
		"You are signed in as %s. Signing in again replaces that session.": "Sie sind als %s angemeldet. Eine neue Anmeldung ersetzt diese Sitzung.",
		"Error: %s":                                                       "Fehler: %s",
		"The login or the password is wrong.":                             "Benutzername oder Passwort ist falsch.",
		"Too many attempts from here. Try again in %s.":                   "Zu viele Versuche von Ihrer Adresse. Versuchen Sie es in %s noch einmal.",
		"Too many people are signing in at this moment. Try again in %s.": "Im Moment melden sich zu viele Personen gleichzeitig an. Versuchen Sie es in %s noch einmal.",
		"You signed in, but the browser did not keep the session cookie. Allow cookies for this site, then sign in again.": "Die Anmeldung war erfolgreich, aber der Browser hat das Sitzungs-Cookie nicht behalten. Erlauben Sie Cookies für diese Website, und melden Sie sich noch einmal an.",

		// Signing out.
		"Sign out":                   "Abmelden",
		"Sign out?":                  "Abmelden?",
		"Sign out of %s?":            "Von %s abmelden?",
		"You are signed in as %s.":   "Sie sind als %s angemeldet.",
		"Stay signed in and go back": "Angemeldet bleiben und zurückgehen",
		"Signed out":                 "Abgemeldet",
		"You are signed out":         "Sie sind abgemeldet",
		"On a shared computer, close the browser window too.": "Schließen Sie an einem gemeinsam genutzten Computer auch das Browserfenster.",
		"Sign in again": "Wieder anmelden",

		// What every error page has.
		"Error %d":          "Fehler %d",
		"(opens a new tab)": "(öffnet einen neuen Tab)",
		"Request id:":       "Anfrage-ID:",

		// Errors that a person can do something about.
		"Sign in first":                        "Bitte zuerst anmelden",
		"You are not signed in, or no longer.": "Sie sind nicht oder nicht mehr angemeldet.",
		"Nothing is lost: sign in in another tab, then come back here and send it again.": "Es ist nichts verloren: Melden Sie sich in einem anderen Tab an, kommen Sie dann hierher zurück und senden Sie es noch einmal ab.",
		"Not allowed": "Kein Zugriff",
		"You are signed in as %s, but this page is not open to you.":        "Sie sind als %s angemeldet, haben aber keinen Zugriff auf diese Seite.",
		"You are signed in, but this page is not open to you.":              "Sie sind angemeldet, haben aber keinen Zugriff auf diese Seite.",
		"Sign out and in as somebody else, or ask those who run this site.": "Melden Sie sich ab und mit einem anderen Konto wieder an, oder wenden Sie sich an die Betreiber dieser Website.",
		"Try again in a moment":                             "Bitte gleich noch einmal versuchen",
		"It cannot be told at the moment who is signed in.": "Im Moment lässt sich nicht feststellen, wer angemeldet ist.",
		"Nothing is lost: try again in a moment.":           "Es ist nichts verloren: Versuchen Sie es gleich noch einmal.",
		"Try again in a moment.":                            "Versuchen Sie es gleich noch einmal.",
		"Not found":                                         "Nicht gefunden",
		"There is no such page.":                            "Diese Seite gibt es nicht.",
		"Too large":                                         "Zu groß",
		"What you sent is larger than this site takes.":     "Was Sie gesendet haben, ist größer, als diese Website annimmt.",
		"Too slow": "Zu langsam",
		"The rest of the request did not arrive in time.": "Der Rest der Anfrage ist nicht rechtzeitig angekommen.",
		"Refused": "Abgelehnt",
		"This request came from a page of another site.": "Diese Anfrage kam von einer Seite einer anderen Website.",

		// Errors of the application and of ours.
		"The application cannot be reached":                                          "Die Anwendung ist nicht erreichbar",
		"The application behind this site does not answer.":                          "Die Anwendung hinter dieser Website antwortet nicht.",
		"The application takes too long":                                             "Die Anwendung braucht zu lange",
		"The application behind this site did not answer in time (timeouts.%s: %v).": "Die Anwendung hinter dieser Website hat nicht rechtzeitig geantwortet (timeouts.%s: %v).",
		"Something went wrong":                                                       "Etwas ist schiefgegangen",
		"Something went wrong. It has been noted.":                                   "Etwas ist schiefgegangen. Der Fehler wurde protokolliert.",
		"Try again; if it stays, tell those who run this site the request id.":       "Versuchen Sie es noch einmal. Bleibt der Fehler, nennen Sie den Betreibern dieser Website die Anfrage-ID.",
		"No token": "Kein Token",
		`No token can be made: this account has no value for the required claim "%s".`: "Es kann kein Token ausgestellt werden: Diesem Konto fehlt der erforderliche Wert „%s“.",

		// Errors of programs and of those who set them up.
		"Bad request": "Ungültige Anfrage",
		"The address of this request is malformed.":                                 "Die Adresse dieser Anfrage ist fehlerhaft.",
		"The Trailer header of this request names what cannot be a trailer.":        "Der Header Trailer dieser Anfrage nennt ein Feld, das kein Trailer sein darf.",
		"The method of this request is malformed.":                                  "Die Methode dieser Anfrage ist fehlerhaft.",
		"The length of this request is malformed.":                                  "Die Länge dieser Anfrage ist fehlerhaft.",
		"The host name of this request is malformed.":                               "Der Hostname dieser Anfrage ist fehlerhaft.",
		"The body of this request is malformed.":                                    "Der Inhalt dieser Anfrage ist fehlerhaft.",
		"Method not allowed":                                                        "Methode nicht erlaubt",
		"This is no forward proxy: CONNECT is not served.":                          "Dies ist kein Forward-Proxy: CONNECT wird nicht unterstützt.",
		"This address does not take requests of this method.":                       "Diese Adresse nimmt Anfragen mit dieser Methode nicht an.",
		"The X-Forwarded-Proto header must be http or https, once.":                 "Der Header X-Forwarded-Proto muss genau einmal vorkommen und http oder https lauten.",
		"If you run this site: have the proxy in front send it, or set public_url.": "Wenn Sie diese Website betreiben: Lassen Sie den Proxy davor den Header senden, oder setzen Sie public_url.",
		"Not served here": "Unbekannte Website",
		"No site of this host name is served here.":                         "Unter diesem Hostnamen ist hier keine Website erreichbar.",
		"If you run this site: its host must be among the gateway's sites.": "Wenn Sie diese Website betreiben: Ihr Hostname muss in der Konfiguration des Gateways unter sites stehen.",
	},
}
