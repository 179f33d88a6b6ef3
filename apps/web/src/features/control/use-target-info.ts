import { ApiError } from '@taskmanager/client'
import type { ProcessInfo } from '@taskmanager/contracts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Target } from '../../stores/commands.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { api } from '../../stores/services.ts'

export interface TargetInfo {
  readonly info: ProcessInfo | undefined
  /** The target ended, before or while the question stood, or its pid is another program now. */
  readonly gone: boolean
  /** What was asked is under way: an answer that is still on its way is of no use any more. */
  readonly forget: () => void
}

/** Details as they are when a dialog about one process opens. */
export function useTargetInfo(target: Target | undefined): TargetInfo {
  const queries = useQueryClient()
  const { data, error } = useQuery({
    queryKey: ['process-info', 'asked', target?.pid, target?.start_id],
    queryFn: ({ signal }) =>
      target === undefined
        ? Promise.reject(new Error('There is no single target.'))
        : api.getProcessInfo(target.pid, { startId: target.start_id, signal }),
    enabled: target !== undefined,
    staleTime: 0,
    gcTime: 0,
  })
  const refused =
    error instanceof ApiError && (error.error === 'gone' || error.error === 'identity_mismatch')
  return {
    info: data,
    gone: useLeftList(target) || refused,
    forget: () => void queries.cancelQueries({ queryKey: ['process-info', 'asked'] }),
  }
}

/** It stood in the list while we looked, and does no more. */
function useLeftList(target: Target | undefined): boolean {
  const isListed = useProcesses(({ rows }) => {
    const row = target === undefined ? undefined : rows.get(target.pid)
    // The mark of the details is longer: it also pins the object of the kernel.
    return (
      row !== undefined &&
      (target?.start_id === row.start_id || target?.start_id.startsWith(`${row.start_id}-`))
    )
  })
  const [wasListed, setWasListed] = useState(isListed)
  if (isListed === true && wasListed !== true) setWasListed(true)
  return wasListed === true && isListed !== true
}
