/**
 * Who uses the network (GET /api/network-use). Nothing is asked while nobody looks.
 *
 *   const uses = useNetworkUses(isShown)    // null: not known (yet)
 *   const canTell = useCanTellNetwork()     // false: this system does not tell
 */
import { networkUses, type NetworkUses } from '../lib/network-use.ts'
import { useSystem } from './live-stats.ts'
import { createPolled } from './polled.ts'
import { api } from './services.ts'

const EVERY_MS = 2000

interface LiveNetworkUse {
  readonly uses: NetworkUses | null
  /** The service says that the kernel does not tell. */
  readonly isRefused: boolean
}

const polled = createPolled<LiveNetworkUse>({
  initial: { uses: null, isRefused: false },
  ask: async () => ({ uses: networkUses(await api.getNetworkUse()), isRefused: false }),
  failed: ({ uses }, { error }) => ({ uses, isRefused: error === 'not_supported' }),
  forgets: true,
})

export const liveNetworkUse = polled.store

export function useNetworkUses(isShown: boolean): NetworkUses | null {
  const canTell = useCanTellNetwork()
  return polled.use(isShown && canTell ? EVERY_MS : null).uses
}

/** Not yet known counts as yes. */
export function useCanTellNetwork(): boolean {
  const { isRefused } = polled.use(null)
  const isAvailable = useSystem(
    (system) => system === null || system.capabilities['network_use']?.available === true,
  )
  return isAvailable && !isRefused
}
