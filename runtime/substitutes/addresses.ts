/** Where servers of substitutes are, as people write it. */

/** Addresses with white space between them. */
export function addresses(text: string): readonly string[] {
  return text.split(/\s+/).filter((address) => address !== '')
}

/** The servers that the environment names: none otherwise, as nobody is asked about builds without the user's wish. */
export function usualSubstituteUrls(): readonly string[] {
  return addresses(process.env.STRATA_SUBSTITUTE_URLS ?? '')
}
