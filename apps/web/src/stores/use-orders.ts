import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { ApiError } from '@taskmanager/client'
import { useState } from 'react'
import { orderExpiry } from './live-stats.ts'
import { showToast, type Toast } from './toasts.ts'

interface Outcome {
  readonly result: string
  readonly message: string
  readonly audit: 'written' | 'failed'
}

export interface Orders {
  /** Key of the line an order is under way for. */
  readonly busy: string | null
  /** Sends an order, says what came of it as a toast, and has the list and the log of actions asked anew. */
  readonly send: (
    key: string,
    name: string,
    order: (expiresAtMs: number) => Promise<Outcome>,
  ) => Promise<void>
}

/** Orders to what a list of the stats service shows, beside processes. */
export function useOrders(list: QueryKey): Orders {
  const queries = useQueryClient()
  const [busy, setBusy] = useState<string | null>(null)
  const send: Orders['send'] = async (key, name, order) => {
    setBusy(key)
    try {
      showToast(tell(await order(orderExpiry())))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const isSilent = error.status === 0
      const text = isSilent ? `No answer. It is not known what became of ${name}.` : error.message
      showToast({ kind: 'warn', text, isLogged: !isSilent })
    } finally {
      setBusy(null)
      void queries.invalidateQueries({ queryKey: list })
      void queries.invalidateQueries({ queryKey: ['actions'] })
    }
  }
  return { busy, send }
}

const KINDS: Readonly<Record<string, Toast['kind']>> = { done: 'good', pending: 'info' }

function tell({ result, message, audit }: Outcome): Omit<Toast, 'id'> {
  if (audit === 'failed')
    return { kind: 'warn', text: `${message} The action could not be written to the log.` }
  return { kind: KINDS[result] ?? 'warn', text: message, isLogged: true }
}
