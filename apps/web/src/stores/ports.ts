/**
 * Who listens on which port, and who is connected (GET /api/ports). Nothing is asked while nobody looks.
 *
 *   const { index, list, error } = usePorts('now')  // every 2 s: somebody asks for a port · 'idle': every 15 s, for counts
 *   index?.byProcess.get(keyOfProcess(row))  // { listens, connected }, undefined: none · index null: not known yet
 */
import type { PortList } from '@taskmanager/contracts'
import { indexPorts, type PortIndex } from '../lib/port-index.ts'
import { createPolled } from './polled.ts'
import { api } from './services.ts'

const EVERY_MS = { now: 2000, idle: 15_000 } as const

export interface LivePorts {
  readonly list: PortList | null
  readonly index: PortIndex | null
  /** Why the last question had no answer; the list is then the one before. */
  readonly error: string | null
}

const ports = createPolled<LivePorts>({
  initial: { list: null, index: null, error: null },
  ask: async () => {
    const list = await api.getPorts()
    return { list, index: indexPorts(list), error: null }
  },
  failed: (before, { message }) => ({ ...before, error: message }),
})

export const livePorts = ports.store

/** Asks as often as the most eager of those who look. `null`: this one does not look. */
export const usePorts = (need: keyof typeof EVERY_MS | null): LivePorts =>
  ports.use(need === null ? null : EVERY_MS[need])
