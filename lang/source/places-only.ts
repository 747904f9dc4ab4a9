/** A source file that is known by its places only: that of quoted code in a compiled unit, which is kept without the text.
 *  An offset is a line and a column. */
import { type Position, SourceFile } from './span.ts'

const mostColumns = 1 << 16

export class PlacesOnly extends SourceFile {
  constructor(name: string) {
    super(name, '')
  }

  static offset(line: number, column: number): number {
    return line * mostColumns + Math.min(column, mostColumns - 1)
  }

  override position(offset: number): Position {
    return { line: Math.floor(offset / mostColumns), column: offset % mostColumns }
  }
}
