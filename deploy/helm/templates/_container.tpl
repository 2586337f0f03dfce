{{/* ferngate.container is ferngate itself. */}}
{{- define "ferngate.container" -}}
- name: ferngate
  image: {{ include "ferngate.image" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args: [serve, --config, /etc/ferngate/ferngate.yaml]
  ports:
    - { name: {{ include "ferngate.scheme" . }}, containerPort: {{ include "ferngate.portOf" .Values.config.listen }} }
    {{- with (.Values.config.tls).redirect_listen }}
    - { name: redirect, containerPort: {{ include "ferngate.portOf" . }} }
    {{- end }}
    - { name: admin, containerPort: {{ include "ferngate.portOf" .Values.config.admin.listen }} }
  # The process runs, whatever becomes of the app.
  startupProbe:
    httpGet: { path: /healthz, port: admin }
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    httpGet: { path: /healthz, port: admin }
    timeoutSeconds: 5
  # It connects to the app, which may take the config's timeouts.dial.
  readinessProbe:
    httpGet: { path: /readyz, port: admin }
    periodSeconds: 5
    timeoutSeconds: 6
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: { drop: [ALL] }
  resources: {{- toYaml .Values.resources | nindent 4 }}
  volumeMounts:
    # Whole folders, never a subPath: a mount of one file would not see it change.
    - { name: config, mountPath: /etc/ferngate, readOnly: true }
    {{- range include "ferngate.mounted" (dict "kind" "secrets" "config" .Values.config) | fromJsonArray }}
    - { name: {{ printf "secret-%s" . | replace "." "-" }}, mountPath: {{ printf "/run/secrets/%s" . }}, readOnly: true }
    {{- end }}
    {{- range include "ferngate.mounted" (dict "kind" "configmaps" "config" .Values.config) | fromJsonArray }}
    - { name: {{ printf "configmap-%s" . | replace "." "-" }}, mountPath: {{ printf "/run/configmaps/%s" . }}, readOnly: true }
    {{- end }}
{{- end -}}

{{/* ferngate.app is the app, where it is in the same pod. */}}
{{- define "ferngate.app" -}}
{{- with .Values.app -}}
- name: app
  image: {{ .image }}
  imagePullPolicy: {{ .pullPolicy }}
  {{- with .command }}
  command: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .args }}
  args: {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - { name: app, containerPort: {{ .port }} }
  {{- if or .configMaps .secrets }}
  envFrom:
    {{- range .configMaps }}
    - configMapRef: { name: {{ . }} }
    {{- end }}
    {{- range .secrets }}
    - secretRef: { name: {{ . }} }
    {{- end }}
  {{- end }}
  readinessProbe:
    {{- if .readinessPath }}
    httpGet: { path: {{ .readinessPath | quote }}, port: app }
    {{- else }}
    tcpSocket: { port: app }
    {{- end }}
  # Both containers are told to stop at the same time: the app stays for as long as
  # ferngate may have requests for it.
  lifecycle:
    preStop:
      sleep: { seconds: {{ include "ferngate.drain" $ }} }
  securityContext:
    runAsNonRoot: true
    runAsUser: {{ .runAsUser }}
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: {{ .readOnlyRootFilesystem }}
    capabilities: { drop: [ALL] }
  resources: {{- toYaml .resources | nindent 4 }}
{{- end -}}
{{- end -}}
