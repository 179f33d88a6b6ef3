import { once } from 'node:events'
import { STREAM_PROTOCOL } from '@taskmanager/contracts'

/** A viewer of a stream, at one frame a second unless it asks for another rate. */
export interface StreamViewer extends AsyncDisposable {
  /** Text of every frame so far. */
  readonly frames: readonly string[]
}

export async function watchStream(port: number, address: string): Promise<StreamViewer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${address}`, [STREAM_PROTOCOL])
  const frames: string[] = []
  socket.addEventListener('message', (event) => frames.push(String(event.data)))
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error(`${address} does not open`)))
  })
  return {
    frames,
    async [Symbol.asyncDispose]() {
      if (socket.readyState === WebSocket.CLOSED) return // the service has ended
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}
