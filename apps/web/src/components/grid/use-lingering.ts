import { useState } from 'react'
import { linger, type LingerOptions } from '../../lib/lingering.ts'

/** What ended and is still shown, by key. */
export function useLingering<Item extends { readonly endedAtMs: number }>(
  ended: readonly Item[],
  options: LingerOptions<Item>,
): ReadonlyMap<string, Item> {
  const [kept, setKept] = useState<ReadonlyMap<string, Item>>(new Map())
  const next = linger(kept, ended, options)
  if (next !== kept) setKept(next)
  return next
}
