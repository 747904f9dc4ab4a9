/** Environment variables that modules of (guix …) read while they are loaded: a start-up snapshot, made without them, does
 *  not fit a process that has one. */
export const loadTimeVariables = [
  'GUIX_DAEMON_SOCKET',
  'GUIX_DOWNLOAD_FALLBACK_TEST',
  'GUIX_PROFILING',
  'GUIX_TLS_CERTIFICATE_DIRECTORY',
  'SSL_CERT_DIR',
]
