/** The values that exist once: the empty list, the unspecified value, the end-of-file object. */

export class Nil {
  readonly kind = 'nil'
}
export class Unspecified {
  readonly kind = 'unspecified'
}
export class EofObject {
  readonly kind = 'eof'
}

/** `()` */
export const NIL = new Nil()
/** What `(if #f #f)` returns. */
export const UNSPECIFIED = new Unspecified()
/** What reading at the end of a port returns. */
export const EOF = new EofObject()
