/**
 * Long work beside a page that draws: written as a generator that yields wherever it may be interrupted.
 *
 *   atOnce(work)               its result, without a pause
 *   await inPieces(work)       the same, letting the browser draw and listen in between
 */
export type Pieces<T> = Generator<undefined, T, undefined>

/** So long a task may be before it gives way: well under a frame, since what follows it wants its part too. */
const PIECE_MS = 8

/** By a message, not by a timer: browsers hold up the timers of a hidden page by a second, later by a minute. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}

export function atOnce<T>(work: Pieces<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

export async function inPieces<T>(work: Pieces<T>): Promise<T> {
  let begun = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    if (performance.now() - begun < PIECE_MS) continue
    await nextTask()
    begun = performance.now()
  }
}
