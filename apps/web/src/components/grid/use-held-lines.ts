import { useMemo, useState } from 'react'

/** While the order is held values go on and lines keep their places; who comes new waits at the end. */
export function useHeldLines<Line extends { readonly key: string }>(
  newest: readonly Line[],
  isHeld: boolean,
): readonly Line[] {
  const [order, setOrder] = useState<ReadonlyMap<string, number> | null>(null)
  if (isHeld && order === null)
    setOrder(new Map(newest.map(({ key }, index) => [key, index] as const)))
  if (!isHeld && order !== null) setOrder(null)
  return useMemo(() => {
    if (order === null) return newest
    const place = ({ key }: Line) => order.get(key) ?? order.size
    return newest.toSorted((a, b) => place(a) - place(b))
  }, [newest, order])
}
