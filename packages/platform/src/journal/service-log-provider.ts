import type { LogLine, ServiceScope } from '@taskmanager/contracts'

export interface ServiceLogReading {
  /** Oldest first. */
  lines: readonly LogLine[]
  /** There are older ones. */
  hasOlder: boolean
  /** Why there are none, in a sentence; null: it wrote none, or they are there. */
  missing: string | null
}

export interface ServiceLogProvider {
  /** The end of what a service wrote. @param name `cron.service` */
  tail(scope: ServiceScope, name: string): Promise<ServiceLogReading>
}
