import type { ProcessRow } from '@taskmanager/contracts'
import { useEffect, useMemo, useState } from 'react'
import type { FilterContext } from '../../lib/filter-fields.ts'
import { parseFilter, splitTokens, type Filter } from '../../lib/filter.ts'
import { formatCount } from '../../lib/format.ts'
import type { GpuUses } from '../../lib/gpu-use.ts'
import { KeptByPid } from '../../lib/kept-by-pid.ts'
import type { PortIndex } from '../../lib/port-index.ts'
import { useProcesses } from '../../stores/live-processes.ts'

interface QuickChip {
  readonly name: string
  /** What it writes into the filter; empty is "All". */
  readonly token: string
  /** Its count needs a first interval. */
  readonly needsRates: boolean
}

const NEW = 'age<60s'

/** Chips of the list. `user`: who runs this service, `null` while it is not known. */
function chipsFor(user: string | null, hasGpu: boolean, hasPorts: boolean): QuickChip[] {
  return [
    { name: 'All', token: '', needsRates: false },
    ...(user === null
      ? []
      : [
          {
            name: 'Mine',
            // Kernel threads belong to root, but nobody calls them theirs.
            token: `user:${/[\s|"]/.test(user) ? `"${user}"` : user}${user === 'root' ? ' -kind:kernel' : ''}`,
            needsRates: false,
          },
        ]),
    { name: 'Busy now', token: 'cpu>=1', needsRates: true },
    ...(hasGpu ? [{ name: 'Using GPU', token: 'gpu>=0', needsRates: false }] : []),
    ...(hasPorts ? [{ name: 'Listening', token: 'port>0', needsRates: false }] : []),
    { name: 'Kernel', token: 'kind:kernel', needsRates: false },
    { name: 'New', token: NEW, needsRates: false },
    { name: 'Stuck or zombie', token: 'state:disk-sleep|zombie', needsRates: false },
  ]
}

interface QuickChipsProps {
  readonly query: string
  readonly user: string | null
  readonly cpuScale: 'machine' | 'core'
  /** `null`: not known, and then there is no chip for it. */
  readonly ports: PortIndex | null
  readonly gpu: GpuUses | null
  readonly onChange: (query: string) => void
}

/** A chip only writes a token into the filter, and takes it out again. */
export function QuickChips({ query, user, cpuScale, ports, gpu, onChange }: QuickChipsProps) {
  const rows = useProcesses((live) => live.rows)
  const sampledAtMs = useProcesses((live) => live.sampledAtMs)
  const isFirst = useProcesses((live) => live.intervalMs === null)
  const hasGpu = gpu !== null
  const hasPorts = ports !== null
  const chips = useMemo(
    () =>
      chipsFor(user, hasGpu, hasPorts).map((chip) => ({
        ...chip,
        parts: wordsOf(chip.token),
        filter: parseFilter(chip.token),
      })),
    [user, hasGpu, hasPorts],
  )
  // What a row is counted in is kept with it while the row does not change; only its age goes on by itself.
  const known = useMemo(
    () => new KeptByPid<ChipBits>(),
    // oxlint-disable-next-line react/exhaustive-deps -- who uses a port or a card is a part of the answer
    [chips, ports, gpu, cpuScale],
  )
  const [counts, setCounts] = useState<readonly number[]>([])
  // Thousands of rows are counted in a task of its own, beside the one that brought them.
  useEffect(() => {
    const context = { nowMs: sampledAtMs ?? 0, cpuScale, ports, ...(gpu !== null && { gpu }) }
    const timer = setTimeout(() => setCounts(countChips(rows, chips, context, known)), 0)
    return () => clearTimeout(timer)
  }, [rows, chips, sampledAtMs, cpuScale, ports, gpu, known])
  const words = wordsOf(query)
  return (
    <>
      {chips.map((chip, index) => {
        const isAll = chip.token === ''
        const isOn = isAll ? words.length === 0 : chip.parts.every((part) => words.includes(part))
        const isCounted = counts[index] !== undefined && !(isFirst && chip.needsRates)
        return (
          <button
            key={chip.name}
            type="button"
            className="chip"
            aria-pressed={isOn}
            onClick={() => {
              if (isAll) onChange('')
              else if (isOn) onChange(words.filter((word) => !chip.parts.includes(word)).join(' '))
              else onChange(`${[...new Set([...chip.parts, ...words])].join(' ')} `)
            }}
          >
            {chip.name} <b>{isCounted ? formatCount(counts[index] ?? null) : '…'}</b>
          </button>
        )
      })}
    </>
  )
}

const wordsOf = (query: string): string[] => splitTokens(query).map(({ text }) => text)

interface Counted {
  readonly token: string
  readonly filter: Filter
}

/** The chips that would leave a row. */
interface ChipBits {
  readonly row: ProcessRow
  readonly bits: number
}

/** How many rows each chip would leave, in one pass. */
function countChips(
  rows: ReadonlyMap<number, ProcessRow>,
  chips: readonly Counted[],
  context: FilterContext,
  known: KeptByPid<ChipBits>,
): number[] {
  known.trim(rows)
  const counts = chips.map(() => 0)
  const bitsOf = (row: ProcessRow) =>
    chips.reduce(
      (sum, { token, filter }, index) =>
        token !== NEW && filter.matches(row, context) ? sum | (1 << index) : sum,
      0,
    )
  for (const row of rows.values()) {
    const { bits } = known.of(row) ?? known.keep({ row, bits: bitsOf(row) })
    for (let index = 0; index < chips.length; index += 1) {
      const isNew = chips[index]?.token === NEW && chips[index]?.filter.matches(row, context)
      if (isNew === true || (bits & (1 << index)) !== 0) counts[index] = (counts[index] ?? 0) + 1
    }
  }
  return counts
}
