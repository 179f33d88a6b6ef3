import type { ProcessRow } from '@taskmanager/contracts'
import { useMemo, useState } from 'react'
import { addFigures, branchOf, figuresOf, type Figures } from '../../lib/process-tree.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import type { Identity } from './use-process-info.ts'

/** Ten minutes at one sample a second. */
const KEPT = 600

/** Figures of one sample: of the process itself, and of it with all below. */
export interface OpenedSample {
  readonly atMs: number
  readonly own: Figures
  readonly branch: Figures
}

interface SinceOpened {
  /** The process and all below it, as the list has them; empty when it is not listed. */
  readonly branch: readonly ProcessRow[]
  /** Since the drawer opened, oldest first: the service keeps no past of single processes. */
  readonly samples: readonly OpenedSample[]
}

export function useSinceOpened(identity: Identity): SinceOpened {
  const rows = useProcesses((live) => live.rows)
  const atMs = useProcesses((live) => live.sampledAtMs)
  const branch = useMemo(() => branchOf(rows, identity.pid, identity.startId), [rows, identity])
  const [samples, setSamples] = useState<readonly OpenedSample[]>([])
  const [row] = branch
  // Kept while rendering, as React advises for state that follows a prop: an effect would draw twice.
  if (row !== undefined && atMs !== null && samples.at(-1)?.atMs !== atMs) {
    const sum = addFigures(branch.map((one) => figuresOf(one)))
    const next: OpenedSample = { atMs, own: figuresOf(row), branch: sum }
    setSamples([...samples.filter((one) => one.atMs < atMs), next].slice(-KEPT))
  }
  return { branch, samples }
}
