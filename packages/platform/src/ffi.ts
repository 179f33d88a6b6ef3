import { createRequire } from 'node:module'

/** The foreign function library, as koffi exports it. */
export type Koffi = typeof import('koffi')
export type Library = ReturnType<Koffi['load']>

let loaded: Koffi | null | undefined

/**
 * koffi, or `null` where it has no binary (musl without prebuild, a locked-down host, a missing Windows runtime).
 * Callers then use files instead of calls and say so in their capabilities; nobody fails to start for it.
 */
export function koffiOrNull(): Koffi | null {
  if (loaded !== undefined) return loaded
  if (process.env['TASKMANAGER_NO_FFI'] === '1') return (loaded = null)
  try {
    loaded = createRequire(import.meta.url)('koffi') as Koffi
  } catch {
    loaded = null // expected absence, seen by users as `cpu_time_resolution: "tick"`
  }
  return loaded
}

/** The C library that Node itself runs with, on Linux: its file has another name in glibc (`libc.so.6`) than in musl. */
export const cLibrary = (koffi: Koffi): Library => koffi.load(null)
