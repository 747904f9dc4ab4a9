/** The texts of the standard library's modules by their relative names: the bundler (runtime/bundle/embedding.ts) puts
 *  the files of stdlib/ here. In the source tree there are none. */
export const standardLibrary: Readonly<Record<string, string>> = {}
