import { EventEmitter } from 'node:events'
import type { StreamHub } from '../../packages/service-kit/src/index.ts'

/** A viewer of a stream without a network: what it is sent is kept, and it is never slow. */
export class FakeViewer extends EventEmitter {
  readonly bufferedAmount = 0
  readonly frames: string[] = []

  constructor(hub: StreamHub) {
    super()
    hub.attach(this, true)
  }

  send(data: Buffer): void {
    this.frames.push(data.toString())
  }

  ping(): void {
    this.emit('pong')
  }

  /** Asks for another rate, as a page does. */
  ask(intervalMs: number): void {
    const request = JSON.stringify({ type: 'rate', interval_ms: intervalMs })
    this.emit('message', Buffer.from(request), false)
  }

  leave(): void {
    this.emit('close')
  }

  close(): void {
    this.leave()
  }

  terminate(): void {
    this.leave()
  }
}
