/** The representation of Scheme values in JavaScript, in one table.
 *  Each kind has its own file beside this one; numbers' arithmetic is in primitives/.
 *
 *  | Scheme                      | JavaScript                                         |
 *  | --------------------------- | -------------------------------------------------- |
 *  | #t, #f                      | true, false (only `false` is false: test `!== false`) |
 *  | exact integer, |n| < 2^53   | number, always integral, never -0                  |
 *  | other exact integer         | bigint, never one that fits the line above         |
 *  | exact rational              | Ratnum                                             |
 *  | inexact real                | Flonum (boxed: 1.0 is not 1)                       |
 *  | inexact complex             | Compnum                                            |
 *  | symbol                      | SchemeSymbol, interned: compare with ===           |
 *  | keyword                     | Keyword, interned                                  |
 *  | character                   | Char, interned: compare with ===                   |
 *  | string                      | SchemeString (never a JavaScript string)           |
 *  | pair, ()                    | Pair, NIL                                          |
 *  | vector                      | Array                                              |
 *  | bytevector                  | Uint8Array                                         |
 *  | procedure, anything applicable | Function (execution/ has the calling convention) |
 *  | record                      | an instance of a class made by its RecordType      |
 *  | zero or several values      | MultipleValues                                     |
 *  | unspecified, eof            | UNSPECIFIED, EOF                                   |
 *  | absent optional argument, unbound variable | undefined: never a Scheme value     |
 *  | null                        | never                                              |
 */
export type Value = unknown

/** A Scheme procedure. Arguments are positional; `arguments.length` is the argument count. */
// biome-ignore lint/complexity/noBannedTypes: a procedure's parameters are only known when it runs
export type Procedure = Function
