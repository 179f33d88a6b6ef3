import type { Service } from './create-service.ts'

/** The whole stop, sockets and last answers included. */
const DEADLINE_MS = 2500

export interface StopOptions {
  /** What else ends with the service: its sampler, its providers. Called once, before the connections end. */
  onStop?: () => void | Promise<void>
  /** Ends the process; `process.exit` by default. */
  exit?: (code: number) => void
}

/** Stops the service in order and ends the process. */
export type Stop = (why: string, code?: number) => void

/**
 * Stops the service on SIGINT, SIGTERM, the launcher's `{ type: 'stop' }`, and when the launcher is gone.
 * Exit code 0 within 3 s: streams are closed with 1001, requests under way are answered. A second signal ends at once.
 * @returns the same stop, for other reasons, with an exit code of their own
 */
export function stopOnSignals(service: Service, options: StopOptions = {}): Stop {
  const exit = options.exit ?? ((code: number) => process.exit(code))
  let stopping = false
  const stop: Stop = (why, code = 0) => {
    if (stopping) {
      exit(130)
      return
    }
    stopping = true
    service.app.log.info({ why }, 'stopping')
    void closeService(service, options).then((clean) => exit(clean ? code : 1))
  }
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('disconnect', () => stop('the launcher is gone'))
  process.on('message', (message) => {
    if ((message as { type?: unknown } | null)?.type === 'stop') stop('the launcher says so')
  })
  return stop
}

/**
 * Ends a service in order. False when something failed on the way (it is logged); running out of time is no
 * failure, since what is left then is only somebody who does not hang up.
 */
export async function closeService(service: Service, options: StopOptions = {}): Promise<boolean> {
  const { app } = service
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      app.log.warn('Connections were still open after 2.5 s and are cut.')
      resolve()
    }, DEADLINE_MS)
  })
  try {
    await Promise.race([
      (async () => {
        await options.onStop?.()
        await app.close()
      })(),
      late,
    ])
    return true
  } catch (error) {
    app.log.error({ err: error }, 'stopping failed')
    return false
  } finally {
    clearTimeout(timer)
  }
}
