import { SystemInfo } from '@taskmanager/contracts'
import type { MachineProvider } from '@taskmanager/platform'
import type { ServiceApp } from '@taskmanager/service-kit'
import { presentSystem, type ServiceLists } from '../present/system.ts'

export interface SystemRouteDeps {
  provider: MachineProvider
  startedAtMs: number
  /** This service runs in the place of an elevated one that nobody used. */
  elevationEnded: boolean
  lists: ServiceLists
}

export function addSystemRoute(app: ServiceApp, deps: SystemRouteDeps): void {
  const { provider, startedAtMs, elevationEnded, lists } = deps
  const schema = {
    summary: 'What does not change while the machine runs',
    tags: ['machine'],
    response: { 200: SystemInfo },
  }
  app.get('/api/system', { schema }, async () =>
    presentSystem(await provider.info(), { startedAtMs, pid: process.pid, elevationEnded, lists }),
  )
}
