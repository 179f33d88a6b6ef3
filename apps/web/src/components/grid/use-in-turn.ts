import { useDeferredValue, useMemo } from 'react'

interface Shown<Line, Context> {
  readonly line: Line
  readonly context: Context
}

/**
 * What a row shows: the newest sample as soon as the browser has drawn what cannot wait. A new sample changes every
 * row, and a list that is scrolled at that moment must not stand still for it. Another line, or other columns, are
 * there at once.
 */
export function useInTurn<
  Line extends { readonly key: string },
  Context extends { readonly columns: readonly unknown[] },
>(line: Line, context: Context): Shown<Line, Context> {
  const newest = useMemo(() => ({ line, context }), [line, context])
  const settled = useDeferredValue(newest)
  const isSame = settled.line.key === line.key && settled.context.columns === context.columns
  return isSame ? settled : newest
}
