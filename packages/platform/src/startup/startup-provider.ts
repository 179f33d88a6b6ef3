import type {
  StartupAction,
  StartupItem,
  StartupResult,
  StartupState,
} from '@taskmanager/contracts'

/** What starts with the session or the machine, services aside. */
export interface StartupReading {
  items: readonly StartupItem[]
  /** Paths that were looked at. */
  lookedIn: readonly string[]
  /** null: it was read; else why not all of it is there. */
  missing: Readonly<Record<'own' | 'everybody' | 'crontab' | 'cron' | 'timers', string | null>>
}

export interface StartupOrder {
  /** Of an item of the list. */
  id: string
  action: StartupAction
  expiresAtMs: number | undefined
}

/** What became of an order. */
export interface StartupReport {
  result: StartupResult
  /** Of the item; null: none has that id. */
  name: string | null
  /** Why not, in a sentence; null where the result says everything. */
  reason: string | null
  /** After the order; null: not known. */
  state: StartupState | null
}

export interface StartupProvider {
  list(): Promise<StartupReading>
  act(order: StartupOrder): Promise<StartupReport>
}
