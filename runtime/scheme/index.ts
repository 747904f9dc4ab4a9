/** Importing this declares the primitives of (strata store). */
import './store-primitives.ts'

export { type BuildOptions, Connection, closeStores, deferringTexts, processStore } from './connection.ts'
export { type FindPlaces, withRecipePlace } from './failure-places.ts'
export { printBuildEvent } from './print-events.ts'
export { keepScriptPlaces } from './script-places.ts'
