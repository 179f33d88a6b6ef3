import { useCallback, useEffect, useRef, useState } from 'react'

const RELEASE_MS = 400
const KEY_HOLD_MS = 3000
const CHIP_AFTER_MS = 1000

export interface OrderHold {
  readonly isHeld: boolean
  /** Words of the chip; `null`: nothing to say yet. */
  readonly chip: string | null
  readonly isBySpace: boolean
  readonly pointerEntered: () => void
  readonly pointerLeft: () => void
  readonly keyMoved: () => void
  readonly toggle: () => void
  readonly menuChanged: (open: boolean) => void
}

/** Nothing moves under the pointer: rows keep their order while someone is about to act on them. */
export function useOrderHold(): OrderHold {
  const reasons = useRef(new Set<string>())
  const [isHeld, setHeld] = useState(false)
  const [isBySpace, setBySpace] = useState(false)
  const [isLong, setLong] = useState(false)
  const release = useRef<ReturnType<typeof setTimeout>>(undefined)
  const keyTimer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const change = useCallback((reason: string, on: boolean) => {
    if (on) reasons.current.add(reason)
    else reasons.current.delete(reason)
    clearTimeout(release.current)
    if (reasons.current.size > 0) setHeld(true)
    else release.current = setTimeout(() => setHeld(false), RELEASE_MS)
  }, [])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Control') change('ctrl', event.type === 'keydown')
    }
    const onBlur = () => change('ctrl', false)
    addEventListener('keydown', onKey)
    addEventListener('keyup', onKey)
    addEventListener('blur', onBlur)
    return () => {
      removeEventListener('keydown', onKey)
      removeEventListener('keyup', onKey)
      removeEventListener('blur', onBlur)
      clearTimeout(release.current)
      clearTimeout(keyTimer.current)
    }
  }, [change])

  useEffect(() => {
    if (!isHeld) return
    const timer = setTimeout(() => setLong(true), CHIP_AFTER_MS)
    return () => {
      clearTimeout(timer)
      setLong(false)
    }
  }, [isHeld])

  const chip = isBySpace
    ? 'Order held'
    : isHeld && isLong
      ? 'Order held while the pointer is on the list'
      : null
  return {
    isHeld,
    isBySpace,
    chip,
    pointerEntered: useCallback(() => change('pointer', true), [change]),
    pointerLeft: useCallback(() => change('pointer', false), [change]),
    keyMoved: useCallback(() => {
      change('key', true)
      clearTimeout(keyTimer.current)
      keyTimer.current = setTimeout(() => change('key', false), KEY_HOLD_MS)
    }, [change]),
    toggle: useCallback(() => {
      const on = !reasons.current.has('space')
      change('space', on)
      setBySpace(on)
    }, [change]),
    menuChanged: useCallback((open: boolean) => change('menu', open), [change]),
  }
}
