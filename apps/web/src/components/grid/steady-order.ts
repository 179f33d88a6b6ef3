/**
 * The order in which the elements of rows stand in the page: while a list is scrolled nothing is moved there, then it
 * is as it is read.
 */
export function createSteadyOrder(): <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => number,
  isMoving: boolean,
) => readonly Item[] {
  let places: ReadonlyMap<number, number> = new Map()
  return (items, keyOf, isMoving) => {
    const placeOf = (item: (typeof items)[number]) => places.get(keyOf(item)) ?? places.size
    const ordered = isMoving ? items.toSorted((a, b) => placeOf(a) - placeOf(b)) : items
    places = new Map(ordered.map((item, place) => [keyOf(item), place]))
    return ordered
  }
}
