import { startTransition } from 'react'

/** A fifth of a screen: what a frame has time for beside moving the list. */
const ROWS_A_FRAME = 8
/** A wheel turns notch by notch. */
const SCROLL_LASTS_MS = 150

/** Rows with something newer to show, in the order in which they asked. */
const waiting = new Set<() => void>()
let frame = 0
let scrolledAtMs = Number.NEGATIVE_INFINITY

globalThis.document?.addEventListener('scroll', () => (scrolledAtMs = performance.now()), {
  capture: true,
  passive: true,
})

/**
 * Runs `show` in one of the next frames: all rows that wait together while the list stands still, some a frame while it
 * is scrolled, since a frame that changed them all would be late. @returns what takes the request back
 */
export function takeTurn(show: () => void): () => void {
  waiting.add(show)
  if (frame === 0) frame = requestAnimationFrame(serve)
  return () => waiting.delete(show)
}

function serve() {
  frame = 0
  const now = Array.from(waiting)
  if (performance.now() - scrolledAtMs >= SCROLL_LASTS_MS) {
    waiting.clear()
    startTransition(() => {
      for (const show of now) show()
    })
    return
  }
  for (const show of now.slice(0, ROWS_A_FRAME)) {
    waiting.delete(show)
    show()
  }
  if (waiting.size > 0) frame = requestAnimationFrame(serve)
}
