import type { Koffi } from './ffi.ts'

/** A function of a library, as koffi calls it. */
export type ForeignFunction = ReturnType<ReturnType<Koffi['load']>['func']>

/** Calls on a thread beside ours, for what may take long; the function's answer, or a rejection where the call itself fails. */
export function callAsync(call: ForeignFunction, ...args: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: Error | null, answer: unknown) =>
      error === null ? resolve(answer) : reject(error),
    )
  })
}
