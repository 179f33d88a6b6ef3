import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { useMemo } from 'react'
import { useLingering } from '../../components/grid/use-lingering.ts'
import type { LiveProcesses } from '../../stores/live-processes.ts'
import { measuredOf } from '../../stores/recent-rows.ts'
import { appLines, type AppLines, type AppLinesInput } from './app-lines.ts'
import { holdOrder, keyOfApp, type AppOrder } from './app-order.ts'
import { keyOfProcess } from '../../lib/process-key.ts'

interface AppLinesOptions extends Pick<
  AppLinesInput,
  'filter' | 'filterContext' | 'sort' | 'open' | 'unfolded' | 'gpu' | 'network'
> {
  readonly live: LiveProcesses
  readonly isHeld: boolean
}

const meansOf = (row: ProcessRow) => measuredOf(row).means
const keyOfEndedApp = ({ app }: { readonly app: AppRow }) => keyOfApp(app)
const keyOfEndedRow = ({ row }: { readonly row: ProcessRow }) => keyOfProcess(row)

/** The lines of the page; while their order is held values go on, who is new waits, and who ended stays. */
export function useAppLines(options: AppLinesOptions): AppLines {
  const { live, isHeld, filter, filterContext, sort, open, unfolded, gpu, network } = options
  const { rows } = live
  const at = { nowMs: live.sampledAtMs ?? 0, isHeld }
  const lingeringApps = useLingering(live.endedApps, { keyOf: keyOfEndedApp, ...at })
  const lingeringRows = useLingering(live.ended, { keyOf: keyOfEndedRow, ...at })
  const endedApps = useMemo(
    () => [...lingeringApps.values()].flatMap(({ app }) => (live.apps.has(app.id) ? [] : [app])),
    [lingeringApps, live.apps],
  )
  const endedRows = useMemo(
    () => [...lingeringRows.values()].map(({ row }) => row),
    [lingeringRows],
  )
  const order = useMemo<AppOrder>(
    () => ({ sort, gpu, network, rows, meansOf }),
    [sort, gpu, network, rows],
  )
  // Before the first picture there is no order to hold.
  const canHold = isHeld && live.apps.size > 0
  const held = useMemo(
    () => (canHold ? holdOrder([...live.apps.values(), ...endedApps], rows, endedRows) : null),
    // Frozen at the moment of holding: what arrives later must not move it.
    // oxlint-disable-next-line react/exhaustive-deps
    [canHold, sort],
  )
  return useMemo(
    () =>
      appLines({
        ...order,
        apps: [...live.apps.values(), ...endedApps],
        endedApps: new Set(endedApps.map(({ id }) => id)),
        endedRows,
        filter,
        filterContext,
        open,
        unfolded,
        held,
      }),
    [order, live.apps, endedApps, endedRows, filter, filterContext, open, unfolded, held],
  )
}
