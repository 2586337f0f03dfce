{{/* What follows from ferngate's own config, so that nothing is said twice. */}}

{{/* ferngate.portOf is the port of an address: 8080 of :8080. */}}
{{- define "ferngate.portOf" -}}
{{- regexFind "[0-9]+$" . -}}
{{- end -}}

{{/* ferngate.servicePort is where people find the Service. */}}
{{- define "ferngate.servicePort" -}}
{{- .Values.service.port | default (empty .Values.config.tls | ternary 80 443) -}}
{{- end -}}

{{/* ferngate.scheme names the port after what is spoken there. */}}
{{- define "ferngate.scheme" -}}
{{- empty .Values.config.tls | ternary "http" "https" -}}
{{- end -}}

{{/* ferngate.seconds are those of a duration such as 1m30s. */}}
{{- define "ferngate.seconds" -}}
{{- $units := dict "d" 86400 "h" 3600 "m" 60 "s" 1 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+[dhms]" . -1 -}}
{{- $sum = add $sum (mul (regexFind "[0-9]+" . | int64) (get $units (regexFind "[dhms]" .))) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* ferngate.drain is how long ferngate takes to stop, in seconds. Its own defaults where the config is silent. */}}
{{- define "ferngate.drain" -}}
{{- add (include "ferngate.seconds" (.Values.config.drain_delay | default "0s")) (include "ferngate.seconds" (.Values.config.drain_timeout | default "30s")) -}}
{{- end -}}

{{/* ferngate.mounted are the names, as a JSON list, of the objects of a kind that the config has a file of. */}}
{{- define "ferngate.mounted" -}}
{{- $names := list -}}
{{- range regexFindAll (printf `"(file:)?/run/%s/[a-z0-9.-]+/[^"/]+"` .kind) (toJson .config) -1 -}}
{{- $names = append $names (index (splitList "/" .) 3) -}}
{{- end -}}
{{- $names | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* ferngate.hosts are the hosts of all sites, as a JSON list. */}}
{{- define "ferngate.hosts" -}}
{{- $hosts := list -}}
{{- range .Values.config.sites -}}{{- with .host -}}{{- $hosts = append $hosts . -}}{{- end -}}{{- end -}}
{{- $hosts | uniq | toJson -}}
{{- end -}}

{{/* ferngate.paths are the prefixes of a site that lead to ferngate, as a JSON list. */}}
{{- define "ferngate.paths" -}}
{{- $paths := list "/" -}}
{{- if .forward_auth -}}
{{- $paths = list "/.ferngate/" -}}
{{- with .ferndesk -}}
{{- $token := .token_path | default "/api/ferndesk-token" -}}
{{- $paths = concat $paths (kindIs "slice" $token | ternary $token (list $token)) -}}
{{- end -}}
{{- end -}}
{{- $paths | toJson -}}
{{- end -}}
