import type {
  ServiceAction,
  ServiceResult,
  ServiceScope,
  ServiceUnit,
} from '@taskmanager/contracts'

/** What the service managers of this machine say. */
export interface ServicesReading {
  services: readonly ServiceUnit[]
  /** null: it answered; else why there is nothing from it. */
  missing: Readonly<Record<ServiceScope, string | null>>
}

export interface ServiceOrder {
  scope: ServiceScope
  /** As the list has it. */
  name: string
  action: ServiceAction
  /** The typed name, needed for a service that keeps a session or the machine reachable. */
  confirmName: string | undefined
  expiresAtMs: number | undefined
}

/** What became of an order, as the service manager saw it. */
export interface ServiceReport {
  result: ServiceResult
  /** In the words of the system; null where the result says everything. */
  reason: string | null
  /** After the order; null: not known. */
  state: ServiceUnit['state'] | null
  starts: string | null
}

export interface ServicesProvider {
  /** Who manages the services, as a sentence calls it. */
  readonly manager: string
  /** Why this system has nothing to list them by, in a sentence; null: it has. */
  readonly unavailable: string | null
  /** Why no order is taken here, in a sentence; null: orders are taken. */
  readonly fixed: string | null
  /** Where its log says why a service failed: a command, or a place. */
  logOf(service: Pick<ServiceOrder, 'scope' | 'name'>): string
  list(): Promise<ServicesReading>
  act(order: ServiceOrder): Promise<ServiceReport>
}
