{{/* ferngate.name is what all objects are called: the release, with ferngate in it. */}}
{{- define "ferngate.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains "ferngate" $name) -}}{{- $name = printf "%s-ferngate" $name -}}{{- end -}}
{{- $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* ferngate.selector are the labels that a pod keeps for life. */}}
{{- define "ferngate.selector" -}}
app.kubernetes.io/name: ferngate
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* ferngate.labels are those of every object. */}}
{{- define "ferngate.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "ferngate.selector" . }}
{{- end -}}

{{/* ferngate.image is image@digest where there is one. */}}
{{- define "ferngate.image" -}}
{{- with .Values.image -}}
{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}
{{- end -}}
