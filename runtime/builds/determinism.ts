/** Whether a build gives the same every time: compared with the valid outputs (`--check`), or with the round before
 *  (`--rounds`). Words and the names of what is kept are guix-daemon's. */
import type { StorePath } from '../formats/index.ts'
import { existsLink, type Registration, removeTree, type Store } from '../store/index.ts'
import { type FinishedOutput, moveTree, OutputProblem } from './outputs.ts'

const checkSuffix = '-check'

function notDeterministic(message: string): OutputProblem {
  return new OutputProblem({ reason: 'not-deterministic', message })
}

/** Keep a finished output beside the store item it is not equal to. */
function keepBeside(store: Store, { file, registration }: FinishedOutput): string {
  const target = `${store.physical(registration.path)}${checkSuffix}`
  if (existsLink(target)) removeTree(target)
  moveTree(file, target)
  return `${registration.path}${checkSuffix}`
}

/** Compare finished outputs with the valid ones. @throws OutputProblem when one differs; KEEP it then. */
export function compareWithValid(
  store: Store,
  derivation: StorePath,
  finished: readonly FinishedOutput[],
  keep: boolean,
): void {
  for (const output of finished) {
    const { path, hash } = output.registration
    if (store.pathInfo(path)?.hash === hash) continue
    const from = keep ? ` from ‘${keepBeside(store, output)}’` : ''
    throw notDeterministic(`derivation \`${derivation}' may not be deterministic: output \`${path}' differs${from}`)
  }
}

/** The results of one build in a row of several. */
export class Rounds {
  readonly #store: Store
  readonly #derivation: StorePath
  readonly #keep: boolean
  #previous: readonly Registration[] | undefined

  constructor(store: Store, derivation: StorePath, keep: boolean) {
    this.#store = store
    this.#derivation = derivation
    this.#keep = keep
  }

  /** @throws OutputProblem when FINISHED differs from the round before. */
  compare(finished: readonly FinishedOutput[]): void {
    const previous = this.#previous
    this.#previous = finished.map(({ registration }) => registration)
    if (previous === undefined) {
      // The next rounds show whether it is worth keeping.
      if (this.#keep) for (const output of finished) keepBeside(this.#store, output)
      return
    }
    for (const [index, { registration }] of finished.entries()) {
      if (previous[index]?.hash === registration.hash) continue
      const kept = this.#keep ? `‘${registration.path}${checkSuffix}’ from ` : ''
      throw notDeterministic(
        `output \`${registration.path}' of \`${this.#derivation}' differs from ${kept}previous round`,
      )
    }
  }

  /** All rounds gave the same: what was kept of the first is not needed. */
  forget(): void {
    if (!this.#keep) return
    for (const { path } of this.#previous ?? []) {
      const kept = `${this.#store.physical(path)}${checkSuffix}`
      if (existsLink(kept)) removeTree(kept)
    }
  }
}
