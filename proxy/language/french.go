package language

// french speaks to people as vous, and of nobody as a man or a woman. Before
// ? ! and ; stands a narrow no-break space (U+202F), before : and within « » a
// no-break space (U+00A0).
var french = &Language{
	Tag:     "fr",
	seconds: unit{"seconde", "secondes"},
	minutes: unit{"minute", "minutes"},
	texts: map[string]string{
		// Signing in.
		"Sign in":  "Se connecter",
		"Login":    "Identifiant",
		"Password": "Mot de passe",
		"You are signed in as %s. Signing in again replaces that session.": "Votre session est ouverte avec le compte %s. Une nouvelle connexion la remplacera.",
		"Error: %s":                                                       "Erreur\u00a0: %s",
		"The login or the password is wrong.":                             "L’identifiant ou le mot de passe est incorrect.",
		"Too many attempts from here. Try again in %s.":                   "Trop de tentatives depuis votre adresse. Réessayez dans %s.",
		"Too many people are signing in at this moment. Try again in %s.": "Trop de personnes se connectent en ce moment. Réessayez dans %s.",
		"You signed in, but the browser did not keep the session cookie. Allow cookies for this site, then sign in again.": "La connexion a réussi, mais le navigateur n’a pas conservé le cookie de session. Autorisez les cookies pour ce site, puis connectez-vous de nouveau.",

		// Signing out.
		"Sign out":                   "Se déconnecter",
		"Sign out?":                  "Fermer votre session\u202f?",
		"Sign out of %s?":            "Fermer votre session sur %s\u202f?",
		"You are signed in as %s.":   "Votre session est ouverte avec le compte %s.",
		"Stay signed in and go back": "Garder la session ouverte et revenir",
		"Signed out":                 "Session fermée",
		"You are signed out":         "Votre session est fermée",
		"On a shared computer, close the browser window too.": "Sur un ordinateur partagé, fermez aussi la fenêtre du navigateur.",
		"Sign in again": "Se reconnecter",

		// What every error page has.
		"Error %d":          "Erreur %d",
		"(opens a new tab)": "(s’ouvre dans un nouvel onglet)",
		"Request id:":       "Identifiant de la requête\u00a0:",

		// Errors that a person can do something about.
		"Sign in first":                        "Connexion requise",
		"You are not signed in, or no longer.": "Votre session n’est pas ouverte, ou ne l’est plus.",
		"Nothing is lost: sign in in another tab, then come back here and send it again.": "Rien n’est perdu\u00a0: connectez-vous dans un autre onglet, puis revenez ici et recommencez l’envoi.",
		"Not allowed": "Accès refusé",
		"You are signed in as %s, but this page is not open to you.":        "Votre session est ouverte avec le compte %s, mais vous n’avez pas accès à cette page.",
		"You are signed in, but this page is not open to you.":              "Votre session est ouverte, mais vous n’avez pas accès à cette page.",
		"Sign out and in as somebody else, or ask those who run this site.": "Déconnectez-vous puis reconnectez-vous avec un autre compte, ou adressez-vous aux responsables de ce site.",
		"Try again in a moment":                             "Réessayez dans un instant",
		"It cannot be told at the moment who is signed in.": "Il est impossible, pour le moment, de savoir à qui est la session.",
		"Nothing is lost: try again in a moment.":           "Rien n’est perdu\u00a0: réessayez dans un instant.",
		"Try again in a moment.":                            "Réessayez dans un instant.",
		"Not found":                                         "Page introuvable",
		"There is no such page.":                            "Cette page n’existe pas.",
		"Too large":                                         "Envoi trop volumineux",
		"What you sent is larger than this site takes.":     "Votre envoi dépasse la taille que ce site accepte.",
		"Too slow": "Envoi trop lent",
		"The rest of the request did not arrive in time.": "La suite de la requête n’est pas arrivée à temps.",
		"Refused": "Requête refusée",
		"This request came from a page of another site.": "Cette requête provient de la page d’un autre site.",

		// Errors of the application and of ours.
		"The application cannot be reached":                                          "L’application est injoignable",
		"The application behind this site does not answer.":                          "L’application qui se trouve derrière ce site ne répond pas.",
		"The application takes too long":                                             "L’application met trop de temps à répondre",
		"The application behind this site did not answer in time (timeouts.%s: %v).": "L’application qui se trouve derrière ce site n’a pas répondu à temps (timeouts.%s: %v).",
		"Something went wrong":                                                       "Une erreur est survenue",
		"Something went wrong. It has been noted.":                                   "Une erreur est survenue. Elle a été enregistrée.",
		"Try again; if it stays, tell those who run this site the request id.":       "Réessayez\u202f; si l’erreur persiste, communiquez l’identifiant de la requête aux responsables de ce site.",
		"No token": "Pas de jeton",
		`No token can be made: this account has no value for the required claim "%s".`: "Aucun jeton ne peut être émis\u00a0: il manque à ce compte la valeur obligatoire «\u00a0%s\u00a0».",

		// Errors of programs and of those who set them up.
		"Bad request": "Requête incorrecte",
		"The address of this request is malformed.":                                                                    "L’adresse de cette requête est mal formée.",
		"The Trailer header of this request names what cannot be a trailer.":                                           "L’en-tête Trailer de cette requête annonce un champ qui ne peut pas suivre le contenu.",
		"The method of this request is malformed.":                                                                     "La méthode de cette requête est mal formée.",
		"The length of this request is malformed.":                                                                     "La longueur de cette requête est mal formée.",
		"The host name of this request is malformed.":                                                                  "Le nom d’hôte de cette requête est mal formé.",
		"The body of this request is malformed.":                                                                       "Le contenu de cette requête est mal formé.",
		"Method not allowed":                                                                                           "Méthode non autorisée",
		"This is no forward proxy: CONNECT is not served.":                                                             "Ce serveur n’est pas un proxy sortant\u00a0: il ne traite pas CONNECT.",
		"This address does not take requests of this method.":                                                          "Cette adresse n’accepte pas les requêtes de cette méthode.",
		"The X-Forwarded-Proto header must be http or https, once.":                                                    "L’en-tête X-Forwarded-Proto doit figurer une seule fois et valoir http ou https.",
		"If you run this site: have the proxy in front send it, or set public_url.":                                    "Si vous administrez ce site\u00a0: faites envoyer cet en-tête par le proxy placé devant, ou renseignez public_url.",
		"The X-Forwarded-Host header must be a host name, once.":                                                       "L’en-tête X-Forwarded-Host doit figurer une seule fois et être un nom d’hôte.",
		"Only proxies in front of this site may ask here.":                                                             "Seuls les proxys placés devant ce site peuvent utiliser cette adresse.",
		"If you run this site: the proxy that asks must be in trusted_proxies.":                                        "Si vous administrez ce site\u00a0: le proxy qui pose la question doit figurer dans trusted_proxies.",
		"The %s header is missing, which says what the proxy in front asks about.":                                     "Il manque l’en-tête %s, qui indique sur quelle requête porte la question du proxy placé devant.",
		"The %s header, which says what the proxy in front asks about, is malformed, or there is more than one.":       "L’en-tête %s, qui indique sur quelle requête porte la question du proxy placé devant, est mal formé ou figure plusieurs fois.",
		"The headers %s and %s differ in what the proxy in front asks about.":                                          "Les en-têtes %s et %s ne s’accordent pas sur la requête dont parle le proxy placé devant.",
		"If you run this site: have the proxy in front set the headers of forward_auth.source.":                        "Si vous administrez ce site\u00a0: faites envoyer les en-têtes de forward_auth.source par le proxy placé devant.",
		"If you run this site: have the proxy in front set the headers of forward_auth.source, and remove the others.": "Si vous administrez ce site\u00a0: faites envoyer les en-têtes de forward_auth.source par le proxy placé devant, et supprimer les autres.",
		"The %s header might be taken for one that says who is signed in.":                                             "L’en-tête %s pourrait passer pour celui qui indique à qui est la session.",
		"The %s header asks for another protocol than websockets.":                                                     "L’en-tête %s demande un autre protocole que WebSocket.",
		"If you run this site: have the proxy in front remove it.":                                                     "Si vous administrez ce site\u00a0: faites-le supprimer par le proxy placé devant.",
		"Not served here": "Site inconnu",
		"No site of this host name is served here.":                         "Aucun site n’est servi ici sous ce nom d’hôte.",
		"If you run this site: its host must be among the gateway's sites.": "Si vous administrez ce site\u00a0: son nom d’hôte doit figurer sous sites dans la configuration de la passerelle.",
	},
}
