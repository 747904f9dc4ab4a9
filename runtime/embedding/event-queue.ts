/** Events that somebody makes and somebody else reads later, as an async iterator. */
export class EventQueue<T> {
  readonly #events: T[] = []
  readonly #onLeave: () => void
  #wake: (() => void) | undefined
  #state: { readonly kind: 'open' | 'ended' } | { readonly kind: 'failed'; readonly error: unknown } = { kind: 'open' }

  /** ONLEAVE is called when the reader stops before the end. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave
  }

  push(event: T): void {
    this.#events.push(event)
    this.#wake?.()
  }

  end(): void {
    this.#state = { kind: 'ended' }
    this.#wake?.()
  }

  /** The reader gets ERROR after the events before it. */
  fail(error: unknown): void {
    this.#state = { kind: 'failed', error }
    this.#wake?.()
  }

  async *iterator(): AsyncGenerator<T, void> {
    try {
      for (;;) {
        const event = this.#events.shift()
        if (event !== undefined) yield event
        else if (this.#state.kind === 'failed') throw this.#state.error
        else if (this.#state.kind === 'ended') return
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
      }
    } finally {
      if (this.#state.kind === 'open') this.#onLeave()
    }
  }
}
