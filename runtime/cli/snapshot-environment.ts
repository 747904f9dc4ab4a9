/** What modules of (guix …) read of the environment while they are loaded, and so before the process starts from a
 *  snapshot that has them. */
import type { PreparationOptions } from '../../build-side/prepared-interpreter.ts'

export const snapshotEnvironment = {
  variables: ['GUIX_DOWNLOAD_FALLBACK_TEST', 'GUIX_PROFILING'],
  parameters: [
    { module: ['guix', 'store'], name: '%daemon-socket-uri', variables: ['GUIX_DAEMON_SOCKET'] },
    {
      module: ['guix', 'build', 'download'],
      name: '%x509-certificate-directory',
      variables: ['GUIX_TLS_CERTIFICATE_DIRECTORY', 'SSL_CERT_DIR'],
    },
  ],
} satisfies PreparationOptions
