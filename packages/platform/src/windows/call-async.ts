import type { SystemFunction } from './system-library.ts'

/**
 * `callAsync` for a call that answers 0 when it failed: its error, or 0. It has to be asked for within the callback, where
 * koffi has brought the error of that thread to ours.
 */
export function failureOfAsync(
  lastError: SystemFunction,
  call: SystemFunction,
  ...args: unknown[]
): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: Error | null, answer: unknown) => {
      if (error !== null) reject(error)
      else resolve(answer === 0 ? Number(lastError()) || UNKNOWN_ERROR : 0)
    })
  })
}

/** ERROR_GEN_FAILURE: it failed and does not say how. */
const UNKNOWN_ERROR = 31
