/** Where files are that programs know by another name. Store items are called /gnu/store/… wherever the store of the
 *  host lies; a program that opens, lists, asks about or changes one by its name finds it. Inside builds names are
 *  places. */
export interface FilePlaces {
  /** Where the file NAME is; the file itself, not what it links to, when FOLLOW is false. */
  readonly placeOf: (name: string, follow: boolean) => string
  /** The name of the file at PLACE. */
  readonly nameAt: (place: string) => string
}

let places: FilePlaces = { placeOf: (name) => name, nameAt: (place) => place }

/** From now on files are where PLACES says. */
export function placeFiles(chosen: FilePlaces): void {
  places = chosen
}

/** The place of the file NAME, links followed. */
export function placeOf(name: { toString(): string }): string {
  return places.placeOf(name.toString(), true)
}

/** The place of the file NAME, which may be a link. */
export function placeOfLink(name: { toString(): string }): string {
  return places.placeOf(name.toString(), false)
}

export function nameAt(place: string): string {
  return places.nameAt(place)
}
