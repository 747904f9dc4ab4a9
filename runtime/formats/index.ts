export { base32Length, formatBase32, parseBase32 } from './base32.ts'
export { compareNames, compareText, concatBytes, decodeBytes, encodeText, sortNames } from './bytes.ts'
export {
  assembleDerivation,
  type Derivation,
  type DerivationInput,
  type DerivationOutput,
  derivationBytes,
  derivationReferences,
  formatDerivation,
  formatEnvironment,
  formatInputs,
  formatOutputs,
  formatProgram,
  isFixedOutput,
  parseDerivation,
} from './derivation.ts'
export {
  type ExportedItem,
  endOfItems,
  type ItemReader,
  itemFollows,
  itemSignature,
  itemTrailer,
  type ReadItem,
  readExport,
} from './export-archive.ts'
export {
  digestSize,
  formatHash,
  type Hash,
  type HashAlgorithm,
  type HashFormat,
  type Hashing,
  hashFormats,
  isHashAlgorithm,
  parseHash,
} from './hash.ts'
export {
  type ByteSink,
  type FileTree,
  type NarRequest,
  type NarVisitor,
  NarWriter,
  readNar,
  readNarBytes,
  writeNar,
} from './nar.ts'
export {
  formatNarInfo,
  type GuixSignature,
  guixSignedText,
  type NarInfo,
  type NarSource,
  narInfoFingerprint,
  type ParsedNarInfo,
  parseNarInfo,
} from './narinfo.ts'
export {
  checkStoreName,
  enclosingStorePath,
  type FixedContent,
  makeFixedOutputPath,
  makeOutputPath,
  makeStorePath,
  makeTextPath,
  type PathMaking,
  parseStorePath,
  type StorePath,
  storeDirectory,
  storePathHashPart,
  storePathName,
  toStorePath,
} from './store-path.ts'
