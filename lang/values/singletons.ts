/** The values that exist once: the empty list, the unspecified value, the end-of-file object. */

export class Nil {
  readonly kind = 'nil'
}
export class LispNil {
  readonly kind = 'lisp-nil'
}
export class Unspecified {
  readonly kind = 'unspecified'
}
export class EofObject {
  readonly kind = 'eof'
}

/** `()` */
export const NIL = new Nil()
/** `#nil`, Emacs Lisp's false and empty list. Here it is a value of its own that counts as true and is no list: making
 *  every test know it would cost every program. Libraries use it as a mark (JSON's null). */
export const LISP_NIL = new LispNil()
/** What `(if #f #f)` returns. */
export const UNSPECIFIED = new Unspecified()
/** What reading at the end of a port returns. */
export const EOF = new EofObject()
