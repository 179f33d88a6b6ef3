import type { ProcessFrame } from '@taskmanager/contracts'
import { STREAM_PROTOCOL } from '@taskmanager/contracts'
import { applyProcessFrame, type ProcessTableState } from '@taskmanager/client'

/** A viewer of the process stream that keeps the whole picture and every frame. */
export interface ListViewer extends Disposable {
  frames: ProcessFrame[]
  /** The picture now; throws before the first frame. */
  state(): ProcessTableState
  /** Settles with the picture once a frame makes it true. */
  until(
    what: string,
    fact: (state: ProcessTableState) => boolean,
    withinMs?: number,
  ): Promise<ProcessTableState>
}

export async function watchList(port: number, intervalMs = 1000): Promise<ListViewer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/processes/stream`, [STREAM_PROTOCOL])
  const frames: ProcessFrame[] = []
  const waiting = new Set<() => void>()
  let current: ProcessTableState | null = null
  let fault: Error | null = null
  const wake = () => {
    for (const look of waiting) look()
  }
  socket.addEventListener('message', (event) => {
    const frame = JSON.parse(String(event.data)) as ProcessFrame
    frames.push(frame)
    const applied = applyProcessFrame(current, frame)
    if (applied === null) fault = new Error(`frame ${frame.seq} does not follow on ${current?.seq}`)
    else current = applied.state
    wake()
  })
  socket.addEventListener('close', (event) => {
    fault ??= new Error(`the stream closed with ${event.code}`)
    wake()
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('the stream did not open')))
  })
  socket.send(JSON.stringify({ type: 'rate', interval_ms: intervalMs }))
  const viewer: ListViewer = {
    frames,
    state() {
      if (current === null) throw new Error('no frame yet')
      return current
    },
    until(what, fact, withinMs = 15_000) {
      return new Promise((resolve, reject) => {
        const done = (finish: () => void) => {
          clearTimeout(timer)
          waiting.delete(look)
          finish()
        }
        const look = () => {
          if (fault !== null) done(() => reject(fault ?? new Error(what)))
          else if (current !== null && fact(current)) done(() => resolve(viewer.state()))
        }
        const timer = setTimeout(
          () => done(() => reject(new Error(`waited in vain: ${what}`))),
          withinMs,
        )
        waiting.add(look)
        look()
      })
    },
    [Symbol.dispose]: () => socket.close(),
  }
  await viewer.until('the first frame', () => true)
  return viewer
}
