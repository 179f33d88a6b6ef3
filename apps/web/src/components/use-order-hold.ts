import { useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from '../lib/create-store.ts'
import { dialogOpen } from '../stores/commands.ts'

const RELEASE_MS = 400
const KEY_HOLD_MS = 3000
const CHIP_AFTER_MS = 1000

type Reason = 'pointer' | 'focus' | 'key' | 'menu' | 'ctrl' | 'space' | 'touch'

export interface OrderHold {
  readonly isHeld: boolean
  /** Words of the chip; `null`: nothing to say yet. */
  readonly chip: string | null
  readonly isBySpace: boolean
  readonly pointerEntered: () => void
  readonly pointerLeft: () => void
  /** For short lists whose rows take the focus themselves. */
  readonly focusChanged: (isInside: boolean) => void
  /** A finger is on the rows, or they still scroll: held until three seconds after. */
  readonly touched: () => void
  readonly keyMoved: () => void
  readonly toggle: () => void
  readonly menuChanged: (open: boolean) => void
  /** Whatever holds it, let it go. */
  readonly letGo: () => void
}

/** Nothing moves under the pointer: rows keep their order while someone is about to act on them. */
export function useOrderHold(): OrderHold {
  const [reasons, setReasons] = useState<ReadonlySet<Reason>>(new Set())
  const [isReleasing, setReleasing] = useState(false)
  const [isLong, setLong] = useState(false)
  const keyTimer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const touchTimer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const isAsked = useStore(dialogOpen, (open) => open)
  const isWanted = reasons.size > 0 || isAsked
  const isHeld = isWanted || isReleasing

  const change = useCallback((reason: Reason, on: boolean) => {
    setReasons((before) => {
      if (before.has(reason) === on) return before
      const next = new Set(before)
      if (on) next.add(reason)
      else next.delete(reason)
      return next
    })
  }, [])
  const holdFor = useCallback(
    (reason: Reason, timer: { current: ReturnType<typeof setTimeout> | undefined }) => {
      change(reason, true)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => change(reason, false), KEY_HOLD_MS)
    },
    [change],
  )

  // Kept while rendering: what is wanted now is let go only a moment after it ends.
  if (isWanted && !isReleasing) setReleasing(true)
  useEffect(() => {
    if (isWanted || !isReleasing) return
    const timer = setTimeout(() => setReleasing(false), RELEASE_MS)
    return () => clearTimeout(timer)
  }, [isWanted, isReleasing])
  useControlKey(change)
  useEffect(
    () => () => {
      clearTimeout(keyTimer.current)
      clearTimeout(touchTimer.current)
    },
    [],
  )

  useEffect(() => {
    if (!isHeld) return
    const timer = setTimeout(() => setLong(true), CHIP_AFTER_MS)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [isHeld])

  return {
    isHeld,
    isBySpace: reasons.has('space'),
    chip: reasons.has('space') || (isHeld && isLong) ? chipText(reasons) : null,
    pointerEntered: useCallback(() => change('pointer', true), [change]),
    pointerLeft: useCallback(() => change('pointer', false), [change]),
    focusChanged: useCallback((isInside: boolean) => change('focus', isInside), [change]),
    touched: useCallback(() => holdFor('touch', touchTimer), [holdFor]),
    keyMoved: useCallback(() => holdFor('key', keyTimer), [holdFor]),
    toggle: useCallback(
      () =>
        setReasons((before) => {
          const next = new Set(before)
          if (!next.delete('space')) next.add('space')
          return next
        }),
      [],
    ),
    menuChanged: useCallback((open: boolean) => change('menu', open), [change]),
    letGo: useCallback(() => {
      setReasons(new Set())
      setReleasing(false)
    }, []),
  }
}

function chipText(reasons: ReadonlySet<Reason>): string {
  return !reasons.has('space') && reasons.has('pointer')
    ? 'Order held while the pointer is on the list'
    : 'Order held'
}

/** Held while Ctrl is down, so that rows can be added one after another. */
function useControlKey(change: (reason: Reason, on: boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Control' || event.key === 'Meta') change('ctrl', event.type === 'keydown')
    }
    const onBlur = () => change('ctrl', false)
    addEventListener('keydown', onKey)
    addEventListener('keyup', onKey)
    addEventListener('blur', onBlur)
    return () => {
      removeEventListener('keydown', onKey)
      removeEventListener('keyup', onKey)
      removeEventListener('blur', onBlur)
    }
  }, [change])
}
