/** What a download tells while it runs; the command line shows it. */

export type DownloadEvent =
  | { readonly kind: 'download-started'; readonly file: string; readonly url: string }
  | {
      readonly kind: 'download-progress'
      readonly file: string
      readonly url: string
      readonly received: number
      /** Undefined when the server did not say. */
      readonly total: number | undefined
    }
  | { readonly kind: 'download-failed'; readonly file: string; readonly url: string; readonly reason: string }
  | { readonly kind: 'download-succeeded'; readonly file: string; readonly url: string; readonly received: number }

export type DownloadSink = (event: DownloadEvent) => void
