import { inPieces, nextTask } from '@taskmanager/client'
import type { ProcessRow } from '@taskmanager/contracts'
import { useEffect, useState } from 'react'
import { createStore, useStore } from '../../lib/create-store.ts'
import type { AskedIndex } from '../../lib/asked-index.ts'
import type { Filter } from '../../lib/filter.ts'
import { gpuUseOf, type GpuUses } from '../../lib/gpu-use.ts'
import { linger } from '../../lib/lingering.ts'
import { networkUseOf, type NetworkUses } from '../../lib/network-use.ts'
import type { PortIndex } from '../../lib/port-index.ts'
import { NOTHING } from '../../lib/process-tree.ts'
import type { Sort, Sortable } from '../../lib/sort.ts'
import { liveProcesses, type EndedProcess } from '../../stores/live-processes.ts'
import { measuredOf } from '../../stores/recent-rows.ts'
import { keyOf, viewing, type ProcessView, type ViewInput } from './process-view.ts'
import { shortLivedLine } from './short-lived.ts'

export interface ViewOptions {
  readonly filter: Filter
  readonly sort: Sort
  readonly tree: boolean
  readonly cpuScale: 'machine' | 'core'
  readonly open: ReadonlySet<string>
  readonly unfolded: ReadonlySet<string>
  readonly isHeld: boolean
  readonly ports: PortIndex | null
  /** By pid; `null` where no driver tells. */
  readonly gpu: GpuUses | null
  /** `null` while no column shows them. */
  readonly asked: AskedIndex | null
  /** `null` while nobody looks, and before the first rates. */
  readonly network: NetworkUses | null
}

/** Where a driver names its users, who is not named uses nothing. */
const EMPTY: ProcessView = {
  rows: [],
  matched: [],
  sums: NOTHING,
  sampledAtMs: 0,
  total: 0,
  waiting: 0,
  sortables: () => new Map(),
}

/**
 * The lines of the table, built beside React: once when a sample lands and once when the user changes what is asked
 * for. Rendering only ever reads the finished list.
 */
export function useProcessView(options: ViewOptions): ProcessView {
  const [builder] = useState(createBuilder)
  const { filter, sort, tree, cpuScale, open, unfolded, isHeld, ports } = options
  const { gpu, asked, network } = options
  useEffect(() => {
    const beside = { ports, gpu, asked, network }
    builder.ask({ filter, sort, tree, cpuScale, open, unfolded, isHeld, ...beside })
  }, [builder, filter, sort, tree, cpuScale, open, unfolded, isHeld, ports, gpu, asked, network])
  useEffect(() => {
    const stop = liveProcesses.subscribe(builder.askAgain)
    return () => {
      builder.stop()
      stop()
    }
  }, [builder])
  return useStore(builder.view, (view) => view)
}

function createBuilder() {
  const view = createStore<ProcessView>(EMPTY)
  let held: ReadonlyMap<string, Sortable> | null = null
  let last: ViewOptions | null = null
  let lingering: ReadonlyMap<string, EndedProcess> = new Map()

  function inputOf(options: ViewOptions): ViewInput {
    const live = liveProcesses.get()
    const reordered = last === null || last.sort !== options.sort || last.tree !== options.tree
    if (!options.isHeld || reordered) held = null
    else held ??= view.get().sortables()
    const now = live.sampledAtMs ?? Date.now()
    const isHeld = held !== null
    lingering = linger(lingering, live.ended, {
      keyOf: ({ row }) => keyOf(row),
      nowMs: now,
      isHeld,
    })
    const useOf = (row: ProcessRow) =>
      options.gpu === null ? null : gpuUseOf(options.gpu, [row.pid], row.unknown)
    const askedOf = (row: ProcessRow) => options.asked?.get(keyOf(row)) ?? null
    const trafficOf = (row: ProcessRow) =>
      options.network === null ? null : networkUseOf(options.network, row)
    return {
      rows: live.rows,
      ended: [...lingering.values()]
        .filter(({ row }) => !live.rows.has(row.pid))
        .map(({ row }) => row),
      exitOf: (row) => lingering.get(keyOf(row))?.exit ?? null,
      filter: options.filter,
      filterContext: {
        nowMs: now,
        cpuScale: options.cpuScale,
        ports: options.ports,
        network: options.network,
        ...(options.gpu !== null && { gpu: options.gpu }),
      },
      asked: options.asked,
      sort: beforeFirstRates(options.sort, live.intervalMs, options.network),
      tree: options.tree,
      open: options.open,
      unfolded: options.unfolded,
      measured: (row) => measuredOf(row, useOf(row), askedOf(row), trafficOf(row)),
      held: held !== null && held.size > 0 ? held : null,
    }
  }

  let asked: ViewOptions | null = null
  let isBehind = false
  let isWorking = false

  // Tasks of their own, so that none is long: what brought the sample or the letter, the lines in pieces, what React
  // makes of them, and the frame that draws them. A question that comes meanwhile is answered next.
  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    try {
      for (;;) {
        await nextTask()
        const options = asked
        if (!isBehind || options === null) break
        isBehind = false
        const { accounting } = liveProcesses.get()
        const next = await inPieces(viewing(inputOf(options)))
        if (options.isHeld && held === null) held = next.sortables()
        last = options
        const ghost = options.filter.isEmpty ? shortLivedLine(accounting) : null
        await nextTask()
        if (asked === null) break
        view.set(ghost === null ? next : { ...next, rows: [...next.rows, ghost] })
      }
    } finally {
      isWorking = false
    }
  }
  const ask = (options: ViewOptions): void => {
    asked = options
    isBehind = true
    void work()
  }
  /** The same question to a newer picture. */
  const askAgain = (): void => {
    if (asked !== null) ask(asked)
  }
  const stop = (): void => {
    asked = null
  }
  return { view, ask, askAgain, stop }
}

/** Until the first rates are known there is nothing to sort by them: memory, then one re-sort. */
function beforeFirstRates(
  sort: Sort,
  intervalMs: number | null,
  network: NetworkUses | null,
): Sort {
  const isRate = ['cpu', 'read', 'write'].includes(sort.column)
  const isUnknown = sort.column === 'network' ? network === null : intervalMs === null && isRate
  return isUnknown ? { column: 'memory', descending: true } : sort
}
