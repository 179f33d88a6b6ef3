/**
 * Outcomes, said once: good and info leave after 6 s, with `untilMs` at that instant, the rest when closed. At most three
 * are shown.
 *
 *   showToast({ kind: 'good', text: 'node (PID 8133) ended.' })
 *   showToast({ kind: 'warn', text: '…', action: { label: 'Force end', run: () => … } })
 */
import { createStore } from '../lib/create-store.ts'

export interface Toast {
  readonly id: number
  readonly kind: 'good' | 'info' | 'warn' | 'crit'
  readonly text: string
  /** It stands in the log of actions as well, and the toast leads there. */
  readonly isLogged?: boolean
  /** Counts down to this instant, and leaves then. */
  readonly untilMs?: number
  readonly action?: { readonly label: string; readonly run: () => void }
}

const MOST = 3
const LINGER_MS = 6000
export const toasts = createStore<readonly Toast[]>([])
let nextId = 1

export function showToast(toast: Omit<Toast, 'id'>): number {
  const id = nextId++
  toasts.set([...toasts.get(), { ...toast, id }].slice(-MOST))
  const lingerMs = toast.untilMs === undefined ? LINGER_MS : toast.untilMs - Date.now()
  if (toast.kind === 'good' || toast.kind === 'info') setTimeout(() => closeToast(id), lingerMs)
  return id
}

export function closeToast(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id))
}
