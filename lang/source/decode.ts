/** The text of a Scheme file: UTF-8, or what a comment near its beginning says (`-*- coding: iso-8859-1 -*-`). */

/** How far Guile looks for the declaration. */
const LOOKED_AT = 500
const declaration = /^;.*?coding\s*[:=]\s*([\w.:-]+)/m

export function decodeSource(bytes: Uint8Array): string {
  const name = declaration.exec(latin1(bytes.subarray(0, LOOKED_AT)))?.[1]
  if (name === undefined || /^utf-?8$/i.test(name)) return new TextDecoder().decode(bytes)
  // The name means windows-1252 to TextDecoder.
  if (/^(iso-?8859-?1|latin-?1)$/i.test(name)) return latin1(bytes)
  try {
    return new TextDecoder(name).decode(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new TextDecoder().decode(bytes)
  }
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
