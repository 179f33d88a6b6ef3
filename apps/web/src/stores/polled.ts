/**
 * Something of a service that is asked for again and again while somebody looks, as often as the most eager of them.
 *
 *   const ports = createPolled({ initial, ask: async () => …, failed: (before, error) => … })
 *   const state = ports.use(2000)    // every 2 s while this component is mounted · null: it does not look
 *   ports.store.get()
 */
import type { ApiError } from '@taskmanager/client'
import { useEffect } from 'react'
import { createStore, useStore } from '../lib/create-store.ts'
import { getPreferences } from './preferences.ts'

interface PolledOptions<T> {
  readonly initial: T
  readonly ask: () => Promise<T>
  readonly failed: (before: T, error: ApiError) => T
  /** What was known is of no worth once nobody looks any more. */
  readonly forgets?: boolean
}

export function createPolled<T>({ initial, ask, failed, forgets = false }: PolledOptions<T>) {
  const store = createStore(initial)
  const needs = new Map<symbol, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let isAsking = false

  function schedule(): void {
    clearTimeout(timer)
    if (needs.size === 0 || isAsking) return
    const every = Math.min(...needs.values())
    timer = setTimeout(() => void work(), Math.max(0, askedAt + every - performance.now()))
  }

  async function work(): Promise<void> {
    askedAt = performance.now()
    const isFirst = store.get() === initial
    if (document.hidden || (getPreferences().paused && !isFirst)) return schedule()
    isAsking = true
    try {
      const next = await ask()
      if (needs.size > 0 || !forgets) store.set(next)
    } catch (error) {
      store.set(failed(store.get(), error as ApiError))
    } finally {
      isAsking = false
      schedule()
    }
  }

  function use(everyMs: number | null): T {
    useEffect(() => {
      if (everyMs === null) return
      const key = Symbol('need')
      needs.set(key, everyMs)
      schedule()
      return () => {
        needs.delete(key)
        if (forgets && needs.size === 0) {
          store.set(initial)
          askedAt = Number.NEGATIVE_INFINITY
        }
        schedule()
      }
    }, [everyMs])
    return useStore(store, (state) => state)
  }

  return { store, use }
}
