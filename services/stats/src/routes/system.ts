import { SystemInfo } from '@taskmanager/contracts'
import type { MachineProvider } from '@taskmanager/platform'
import type { ServiceApp } from '@taskmanager/service-kit'
import { presentSystem } from '../present/system.ts'

export interface SystemRouteDeps {
  provider: MachineProvider
  startedAtMs: number
}

export function addSystemRoute(app: ServiceApp, { provider, startedAtMs }: SystemRouteDeps): void {
  const schema = {
    summary: 'What does not change while the machine runs',
    tags: ['machine'],
    response: { 200: SystemInfo },
  }
  app.get('/api/system', { schema }, async () =>
    presentSystem(await provider.info(), { startedAtMs, pid: process.pid }),
  )
}
