/** How often to look whether npm, our parent, is still there. */
const PARENT_POLL_MS = 500
/**
 * One Ctrl-C can arrive more than once: from the terminal, from npm and from the shadow process that an old Node leaves. What comes
 * within this time of the first is the same wish.
 */
const SAME_WISH_MS = 500

export interface StopWishes {
  /** Somebody wants an orderly stop. */
  readonly onStop: () => void
  /** Somebody asked again while stopping: end at once. */
  readonly onInsist: () => void
}

/** Listens to everything that means "stop": signals, the closed terminal, the end of npm or of whoever started us. */
export function listenForStop({ onStop, onInsist }: StopWishes): () => void {
  let firstAt: number | null = null
  const wish = () => {
    const now = performance.now()
    if (firstAt === null) {
      firstAt = now
      onStop()
    } else if (now - firstAt > SAME_WISH_MS) onInsist()
  }
  const orphaned = () => {
    if (firstAt === null) wish()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const
  for (const signal of signals) process.on(signal, wish)
  process.on('disconnect', orphaned)
  process.channel?.unref()
  const poll = pollParent(orphaned)
  // A closed terminal makes every further line an error; none of them is worth ending for.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return () => {
    for (const signal of signals) process.off(signal, wish)
    process.off('disconnect', orphaned)
    clearInterval(poll)
  }
}

/** Under npm only: whoever starts the launcher by hand may leave it running in the background on purpose. */
function pollParent(onGone: () => void): NodeJS.Timeout | undefined {
  if (process.env['npm_lifecycle_event'] === undefined) return undefined
  const parent = process.ppid
  return setInterval(() => {
    if (process.ppid !== parent) onGone()
  }, PARENT_POLL_MS).unref()
}
