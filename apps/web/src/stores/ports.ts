/**
 * Who listens on which port, and who is connected (GET /api/ports). Nothing is asked while nobody looks.
 *
 *   const { index, list, error } = usePorts('now')  // every 2 s: somebody asks for a port · 'idle': every 15 s, for counts
 *   index?.byProcess.get(processKey(pid, startId))  // { listens, connected }, undefined: none · index null: not known yet
 */
import type { ApiError } from '@taskmanager/client'
import type { PortList } from '@taskmanager/contracts'
import { useEffect } from 'react'
import { createStore, useStore } from '../lib/create-store.ts'
import { indexPorts, type PortIndex } from '../lib/port-index.ts'
import { getPreferences } from './preferences.ts'
import { api } from './services.ts'

const EVERY_MS = { now: 2000, idle: 15_000 } as const
type Need = keyof typeof EVERY_MS

export interface LivePorts {
  readonly list: PortList | null
  readonly index: PortIndex | null
  /** Why the last question had no answer; the list is then the one before. */
  readonly error: string | null
}

export const livePorts = createStore<LivePorts>({ list: null, index: null, error: null })

const needs = new Map<symbol, Need>()
let timer: ReturnType<typeof setTimeout> | undefined
let askedAt = Number.NEGATIVE_INFINITY
let isAsking = false

/** Asks as often as the most eager of those who look. */
export function usePorts(need: Need): LivePorts {
  useEffect(() => {
    const key = Symbol(need)
    needs.set(key, need)
    schedule()
    return () => {
      needs.delete(key)
      schedule()
    }
  }, [need])
  return useStore(livePorts, (ports) => ports)
}

function schedule(): void {
  clearTimeout(timer)
  if (needs.size === 0 || isAsking) return
  const every = Math.min(...[...needs.values()].map((need) => EVERY_MS[need]))
  timer = setTimeout(() => void ask(), Math.max(0, askedAt + every - performance.now()))
}

async function ask(): Promise<void> {
  askedAt = performance.now()
  const isFirst = livePorts.get().list === null
  if (document.hidden || (getPreferences().paused && !isFirst)) return schedule()
  isAsking = true
  try {
    const list = await api.getPorts()
    livePorts.set({ list, index: indexPorts(list), error: null })
  } catch (error) {
    livePorts.set({ ...livePorts.get(), error: (error as ApiError).message })
  } finally {
    isAsking = false
    schedule()
  }
}
