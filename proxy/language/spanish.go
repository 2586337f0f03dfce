package language

// spanish speaks to people as usted.
var spanish = &Language{
	Tag:     "es",
	seconds: unit{"segundo", "segundos"},
	minutes: unit{"minuto", "minutos"},
	texts: map[string]string{
		// Signing in.
		"Sign in":  "Iniciar sesión",
		"Login":    "Usuario",
		"Password": "Contraseña",
		"You are signed in as %s. Signing in again replaces that session.": "Ha iniciado sesión como %s. Si vuelve a iniciarla, la nueva sesión sustituirá a esta.",
		"Error: %s":                                                       "Error: %s",
		"The login or the password is wrong.":                             "El usuario o la contraseña no son correctos.",
		"Too many attempts from here. Try again in %s.":                   "Demasiados intentos desde su dirección. Inténtelo de nuevo dentro de %s.",
		"Too many people are signing in at this moment. Try again in %s.": "Demasiadas personas están iniciando sesión en este momento. Inténtelo de nuevo dentro de %s.",
		"You signed in, but the browser did not keep the session cookie. Allow cookies for this site, then sign in again.": "La sesión se ha iniciado, pero el navegador no ha conservado la cookie de sesión. Permita las cookies de este sitio y vuelva a iniciar sesión.",

		// Signing out.
		"Sign out":                   "Cerrar sesión",
		"Sign out?":                  "¿Cerrar la sesión?",
		"Sign out of %s?":            "¿Cerrar la sesión en %s?",
		"You are signed in as %s.":   "Ha iniciado sesión como %s.",
		"Stay signed in and go back": "Mantener la sesión abierta y volver",
		"Signed out":                 "Sesión cerrada",
		"You are signed out":         "Ha cerrado la sesión",
		"On a shared computer, close the browser window too.": "En un equipo compartido, cierre también la ventana del navegador.",
		"Sign in again": "Volver a iniciar sesión",

		// What every error page has.
		"Error %d":          "Error %d",
		"(opens a new tab)": "(se abre en una pestaña nueva)",
		"Request id:":       "Identificador de la solicitud:",

		// Errors that a person can do something about.
		"Sign in first":                        "Inicie sesión primero",
		"You are not signed in, or no longer.": "No ha iniciado sesión, o su sesión ya ha terminado.",
		"Nothing is lost: sign in in another tab, then come back here and send it again.": "No se ha perdido nada: inicie sesión en otra pestaña, vuelva aquí y repita el envío.",
		"Not allowed": "Acceso denegado",
		"You are signed in as %s, but this page is not open to you.":        "Ha iniciado sesión como %s, pero no tiene acceso a esta página.",
		"You are signed in, but this page is not open to you.":              "Ha iniciado sesión, pero no tiene acceso a esta página.",
		"Sign out and in as somebody else, or ask those who run this site.": "Cierre la sesión e iníciela con otra cuenta, o consulte a los responsables de este sitio.",
		"Try again in a moment":                             "Inténtelo de nuevo en un momento",
		"It cannot be told at the moment who is signed in.": "En este momento no es posible saber quién ha iniciado sesión.",
		"Nothing is lost: try again in a moment.":           "No se ha perdido nada: inténtelo de nuevo en un momento.",
		"Try again in a moment.":                            "Inténtelo de nuevo en un momento.",
		"Not found":                                         "Página no encontrada",
		"There is no such page.":                            "Esta página no existe.",
		"Too large":                                         "Envío demasiado grande",
		"What you sent is larger than this site takes.":     "Lo que ha enviado supera el tamaño que admite este sitio.",
		"Too slow": "Envío demasiado lento",
		"The rest of the request did not arrive in time.": "El resto de la solicitud no ha llegado a tiempo.",
		"Refused": "Solicitud rechazada",
		"This request came from a page of another site.": "Esta solicitud procede de una página de otro sitio.",

		// Errors of the application and of ours.
		"The application cannot be reached":                                          "No se puede acceder a la aplicación",
		"The application behind this site does not answer.":                          "La aplicación que hay detrás de este sitio no responde.",
		"The application takes too long":                                             "La aplicación tarda demasiado",
		"The application behind this site did not answer in time (timeouts.%s: %v).": "La aplicación que hay detrás de este sitio no ha respondido a tiempo (timeouts.%s: %v).",
		"Something went wrong":                                                       "Se ha producido un error",
		"Something went wrong. It has been noted.":                                   "Se ha producido un error, que ha quedado registrado.",
		"Try again; if it stays, tell those who run this site the request id.":       "Inténtelo de nuevo; si el error persiste, comunique el identificador de la solicitud a los responsables de este sitio.",
		"No token": "Sin token",
		`No token can be made: this account has no value for the required claim "%s".`: "No se puede emitir un token: a esta cuenta le falta el valor obligatorio «%s».",

		// Errors of programs and of those who set them up.
		"Bad request": "Solicitud incorrecta",
		"The address of this request is malformed.":                                 "La dirección de esta solicitud no está bien formada.",
		"The Trailer header of this request names what cannot be a trailer.":        "El encabezado Trailer de esta solicitud nombra un campo que no puede ir detrás del contenido.",
		"The method of this request is malformed.":                                  "El método de esta solicitud no está bien formado.",
		"The length of this request is malformed.":                                  "La longitud de esta solicitud no está bien formada.",
		"The host name of this request is malformed.":                               "El nombre de host de esta solicitud no está bien formado.",
		"The body of this request is malformed.":                                    "El contenido de esta solicitud no está bien formado.",
		"Method not allowed":                                                        "Método no permitido",
		"This is no forward proxy: CONNECT is not served.":                          "Este servidor no es un proxy de salida: no atiende CONNECT.",
		"This address does not take requests of this method.":                       "Esta dirección no acepta solicitudes con este método.",
		"The X-Forwarded-Proto header must be http or https, once.":                 "El encabezado X-Forwarded-Proto debe aparecer una sola vez y ser http o https.",
		"If you run this site: have the proxy in front send it, or set public_url.": "Si administra este sitio: haga que lo envíe el proxy que está delante, o defina public_url.",
		"Not served here": "Sitio desconocido",
		"No site of this host name is served here.":                         "Aquí no hay ningún sitio con este nombre de host.",
		"If you run this site: its host must be among the gateway's sites.": "Si administra este sitio: su host debe figurar bajo sites en la configuración de la pasarela.",
	},
}
