import { useEffect, useMemo, useState } from 'react'
import { takeTurn } from './turns.ts'

/** What of a line does not come by samples alone. */
interface Shape {
  readonly key: string
  readonly isOpen?: boolean
  readonly isDimmed?: boolean
  readonly isEnded?: boolean
}

const SHAPE = ['key', 'isOpen', 'isDimmed', 'isEnded'] as const

interface Shown<Line, Context> {
  readonly line: Line
  readonly context: Context
}

/**
 * What a row shows: the newest sample as soon as the browser has drawn what cannot wait. A new sample changes every
 * row, and a list that is scrolled at that moment must not stand still for it. Another line, what somebody did to it,
 * its end, or other columns, are there at once.
 */
export function useInTurn<
  Line extends Shape,
  Context extends { readonly columns: readonly unknown[] },
>(line: Line, context: Context): Shown<Line, Context> {
  const newest = useMemo(() => ({ line, context }), [line, context])
  const [settled, setSettled] = useState(newest)
  useEffect(() => {
    if (settled !== newest) return takeTurn(() => setSettled(newest))
    return undefined
  }, [settled, newest])
  const isSame =
    SHAPE.every((part) => settled.line[part] === line[part]) &&
    settled.context.columns === context.columns
  return isSame ? settled : newest
}
