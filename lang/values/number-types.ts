/** The boxed number kinds; exact integers are plain numbers and bigints (see value.ts).
 *  Arithmetic is in primitives/numbers; this is representation only. */

/** An inexact real. */
export class Flonum {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** An exact ratio in lowest terms; `denominator` is at least 2. */
export class Ratnum {
  readonly numerator: bigint
  readonly denominator: bigint
  constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator
    this.denominator = denominator
  }
}

/** An inexact complex number whose imaginary part may be zero only as an inexact zero. */
export class Compnum {
  readonly real: number
  readonly imaginary: number
  constructor(real: number, imaginary: number) {
    this.real = real
    this.imaginary = imaginary
  }
}
