import { SystemInfo, type AskedField } from '@taskmanager/contracts'
import type { MachineProvider } from '@taskmanager/platform'
import type { ServiceApp } from '@taskmanager/service-kit'
import { presentSystem, type ServiceLists } from '../present/system.ts'

export interface SystemRouteDeps {
  provider: MachineProvider
  startedAtMs: number
  /** This service runs in the place of an elevated one that nobody used. */
  elevationEnded: boolean
  lists: ServiceLists
  /** What figures of processes there are to be asked for. */
  askedFields: readonly AskedField[]
}

export function addSystemRoute(app: ServiceApp, deps: SystemRouteDeps): void {
  const { provider, ...service } = deps
  const schema = {
    summary: 'What does not change while the machine runs',
    tags: ['machine'],
    response: { 200: SystemInfo },
  }
  app.get('/api/system', { schema }, async () =>
    presentSystem(await provider.info(), { ...service, pid: process.pid }),
  )
}
