/** So long what is drawn for the eye alone may wait for a browser that is busy, as while a list flies by. */
const MOST_MS = 200

/** Runs it once the browser has nothing better to do. @returns calls it off */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(work, MOST_MS / 4) // Safari
    return () => clearTimeout(timer)
  }
  const handle = requestIdleCallback(work, { timeout: MOST_MS })
  return () => cancelIdleCallback(handle)
}
