import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@taskmanager/client'
import type { StartupAction, StartupItem } from '@taskmanager/contracts'
import { useState } from 'react'
import { api } from '../../stores/services.ts'
import { showToast } from '../../stores/toasts.ts'
import { startupQuery } from './startup-query.ts'

const VALID_MS = 10_000

export interface StartupOrders {
  /** Id of the item an order is under way for. */
  readonly busy: string | null
  readonly send: (action: StartupAction, item: StartupItem) => Promise<void>
}

/** Switches an item and says what came of it. */
export function useStartupOrders(): StartupOrders {
  const queries = useQueryClient()
  const [busy, setBusy] = useState<string | null>(null)
  const send: StartupOrders['send'] = async (action, { id, name }) => {
    setBusy(id)
    try {
      const body = { id, expires_at: Date.now() + VALID_MS }
      const { result, message, audit } = await api.switchStartup(action, body)
      if (audit === 'failed')
        showToast({
          kind: 'warn',
          text: `${message} The action could not be written to the log.`,
        })
      else showToast({ kind: result === 'done' ? 'good' : 'warn', text: message, isLogged: true })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const isSilent = error.status === 0
      const text = isSilent ? `No answer. It is not known what became of ${name}.` : error.message
      showToast({ kind: 'warn', text, isLogged: !isSilent })
    } finally {
      setBusy(null)
      void queries.invalidateQueries({ queryKey: startupQuery.queryKey })
      void queries.invalidateQueries({ queryKey: ['actions'] })
    }
  }
  return { busy, send }
}
