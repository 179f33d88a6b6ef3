/** Ended rows stay struck through so long. */
const LINGER_MS = 2000

export interface LingerOptions<Item> {
  readonly keyOf: (item: Item) => string
  readonly nowMs: number
  readonly isHeld: boolean
}

/**
 * What ended is shown a moment longer, and while the order is held until it is let go. The same map where nothing came
 * or went.
 */
export function linger<Item extends { readonly endedAtMs: number }>(
  before: ReadonlyMap<string, Item>,
  ended: readonly Item[],
  { keyOf, nowMs, isHeld }: LingerOptions<Item>,
): ReadonlyMap<string, Item> {
  const recent = ended.filter(({ endedAtMs }) => nowMs - endedAtMs < LINGER_MS)
  const next = new Map(isHeld ? before : [])
  for (const item of recent) next.set(keyOf(item), item)
  const isSame = next.size === before.size && [...next.keys()].every((key) => before.has(key))
  return isSame ? before : next
}
