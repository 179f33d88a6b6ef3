import { useEffect, useMemo, useRef, type PointerEvent } from 'react'

const HELD_MS = 500
const MOST_PIXELS = 10

interface Press {
  readonly x: number
  readonly y: number
  readonly timer: ReturnType<typeof setTimeout>
}

/** A finger that rests: `onHeld` with what it rests on. The click that follows is not for us: ask `took()`. */
export function useLongPress(onHeld: (target: EventTarget) => void) {
  const press = useRef<Press | null>(null)
  const taken = useRef(false)
  const held = useRef(onHeld)
  useEffect(() => {
    held.current = onHeld
  })
  useEffect(() => () => clearTimeout(press.current?.timer), [])
  return useMemo(() => {
    const cancel = () => {
      clearTimeout(press.current?.timer)
      press.current = null
    }
    return {
      onPointerDown: (event: PointerEvent) => {
        taken.current = false
        cancel()
        if (event.pointerType === 'mouse') return
        const { target, clientX: x, clientY: y } = event
        const timer = setTimeout(() => {
          taken.current = true
          held.current(target)
        }, HELD_MS)
        press.current = { x, y, timer }
      },
      onPointerMove: ({ clientX, clientY }: PointerEvent) => {
        const start = press.current
        if (start === null) return
        if (Math.hypot(clientX - start.x, clientY - start.y) > MOST_PIXELS) cancel()
      },
      onPointerUp: cancel,
      onPointerCancel: cancel,
      /** Whether the press that ends now was held; asked once. */
      took: () => {
        const was = taken.current
        taken.current = false
        return was
      },
    }
  }, [])
}
