import { desktopNames } from '@taskmanager/metrics'
import {
  createProcessTable,
  defaultOptions,
  readDesktopEntries,
  type Clock,
} from '@taskmanager/platform'
import { Lists } from '../../services/accuracy/src/lists.ts'

const NO_COST = { cpu_percent: null, memory_bytes: 0, sweep_cpu_ms: null, sweep_wall_ms: null }

/** Our engine as the service drives it. */
export interface Engine {
  /** Processes it saw. */
  sweep(): Promise<number>
  close(): void
}

/**
 * `sweep`: the sweep alone; `frame`: with everything that the service does until the frame of its viewers is text;
 * `sweep-without-pss`: the sweep when no PSS is due.
 */
export async function ourEngine(mode: string): Promise<Engine> {
  let sweeps = 0
  const clock = mode === 'sweep-without-pss' ? clockWithoutPss(() => sweeps) : defaultOptions.clock
  const provider = await createProcessTable({ ...defaultOptions, clock })
  const lists = new Lists(desktopNames(readDesktopEntries()))
  return {
    async sweep() {
      sweeps++
      const table = await provider.sweep()
      if (mode === 'frame') {
        lists.update(table, provider.capabilities, NO_COST)
        if (lists.facts !== null) JSON.stringify(lists.deltaFrame(lists.facts))
      }
      return table.count
    },
    close: () => provider.close(),
  }
}

/**
 * A clock that makes PSS never due again: the first sweep takes no time by it, so it reads all there are, and what was
 * read never gets older, since its wall clock stands still.
 */
function clockWithoutPss(sweeps: () => number): Clock {
  const epochMs = Date.now()
  const startMs = performance.now()
  return {
    monotonicMs: () => (sweeps() > 1 ? performance.now() : startMs),
    epochMs: () => epochMs,
  }
}
