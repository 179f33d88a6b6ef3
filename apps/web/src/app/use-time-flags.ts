import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { newestActionsQuery } from '../features/control/actions-query.ts'
import { eventOfAction, flagsOf, type TimeFlag } from '../lib/time-events.ts'
import { isSilent, useConnectionState } from '../stores/connection.ts'
import { useStats } from '../stores/live-stats.ts'
import { useTimeEvents } from '../stores/time-events.ts'
import type { TimeStretch } from './use-time-stretch.ts'

/** Room that a flag needs to be pointed at, pixels: with a mouse, with a finger. */
const APART = { fine: 24, coarse: 44 } as const

/** The flags in sight, oldest first: another list only when one comes, leaves at the left, or the scale is another. */
export function useTimeFlags({ fromMs, untilMs, spanMs }: TimeStretch, width: number): TimeFlag[] {
  const events = useTimeEvents()
  const log = useNewestActions()
  const room = matchMedia('(pointer: coarse)').matches ? APART.coarse : APART.fine
  const apartMs = (room / Math.max(1, width)) * spanMs
  const all = useMemo(
    () => flagsOf([...(log?.actions ?? []).map(eventOfAction), ...events], apartMs),
    [log, events, apartMs],
  )
  const first = all.filter(({ atMs }) => atMs < fromMs).length
  const last = all.filter(({ atMs }) => atMs <= untilMs).length
  return useMemo(() => all.slice(first, last), [all, first, last])
}

/** Asked for when the first figures are there. */
function useNewestActions() {
  const isThere = useStats((stats) => stats !== null)
  const silent = isSilent(useConnectionState('stats'))
  return useQuery({ ...newestActionsQuery, enabled: isThere && !silent }).data
}
