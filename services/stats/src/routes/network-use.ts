import { ErrorBody, NetworkUse } from '@taskmanager/contracts'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { NetworkUseReader } from '../network-use-reader.ts'

/** `GET /api/network-use`: who uses the network, read when it is asked for and kept for two seconds. */
export function addNetworkUse(app: ServiceApp, reader: NetworkUseReader | null): void {
  const schema = {
    summary: 'Who uses the network, by TCP',
    tags: ['processes'],
    response: { 200: NetworkUse, 501: ErrorBody },
  }
  app.get('/api/network-use', { schema }, async (): Promise<NetworkUse> => {
    const use = reader === null ? null : await reader.read()
    if (use === null) {
      throw new ServiceError(
        'not_supported',
        'This system does not tell which program uses the network.',
      )
    }
    return use
  })
}
