import { ErrorBody, PortList } from '@taskmanager/contracts'
import type { PortsProvider } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'

/** `GET /api/ports`: who listens and who is connected, read when it is asked for and kept for two seconds. */
export function addPortsRoute(app: ServiceApp, ports: PortsProvider | null): void {
  const schema = {
    summary: 'Who listens on which port, and who is connected',
    tags: ['processes'],
    response: { 200: PortList, 501: ErrorBody },
  }
  app.get('/api/ports', { schema }, async (): Promise<PortList> => {
    if (ports === null) {
      throw new ServiceError('not_supported', 'Ports are not available on this system yet.')
    }
    return ports.read()
  })
}
