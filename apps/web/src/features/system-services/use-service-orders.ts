import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@taskmanager/client'
import type { ServiceAction, ServiceOutcome, ServiceUnit } from '@taskmanager/contracts'
import { useState } from 'react'
import { api } from '../../stores/services.ts'
import { showToast, type Toast } from '../../stores/toasts.ts'
import { servicesQuery } from './services-query.ts'

const VALID_MS = 10_000

export interface ServiceOrders {
  /** Name of the service an order is under way for. */
  readonly busy: string | null
  readonly send: (action: ServiceAction, unit: ServiceUnit, confirmName?: string) => Promise<void>
}

/** Sends an order and says what came of it. The system may ask for a password in a window of its own meanwhile. */
export function useServiceOrders(): ServiceOrders {
  const queries = useQueryClient()
  const [busy, setBusy] = useState<string | null>(null)
  const send: ServiceOrders['send'] = async (action, { scope, name }, confirmName) => {
    setBusy(name)
    try {
      const outcome = await api.orderService(action, {
        scope,
        name,
        expires_at: Date.now() + VALID_MS,
        ...(confirmName !== undefined && { confirm_name: confirmName }),
      })
      showToast(tell(outcome))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const isSilent = error.status === 0
      const text = isSilent ? `No answer. It is not known what became of ${name}.` : error.message
      showToast({ kind: 'warn', text, isLogged: !isSilent })
    } finally {
      setBusy(null)
      void queries.invalidateQueries({ queryKey: servicesQuery.queryKey })
      void queries.invalidateQueries({ queryKey: ['actions'] })
    }
  }
  return { busy, send }
}

const KINDS: Partial<Record<ServiceOutcome['result'], Toast['kind']>> = {
  done: 'good',
  pending: 'info',
}

function tell({ result, message, audit }: ServiceOutcome): Omit<Toast, 'id'> {
  if (audit === 'failed')
    return { kind: 'warn', text: `${message} The action could not be written to the log.` }
  return { kind: KINDS[result] ?? 'warn', text: message, isLogged: true }
}
