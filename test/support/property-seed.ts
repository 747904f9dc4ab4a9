/** Properties are checked with the same inputs each time, so that a run says something about the change at hand; another
 *  number in STRATA_SEED tries others, as `npm run fuzz` does for the formats. */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.STRATA_SEED ?? 20) })
