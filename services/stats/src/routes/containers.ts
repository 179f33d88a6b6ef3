import { ContainerList, ErrorBody } from '@taskmanager/contracts'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { ContainersReader } from '../containers-reader.ts'

/** `GET /api/containers`: containers with their limits, read when it is asked for and kept for two seconds. */
export function addContainers(app: ServiceApp, reader: ContainersReader | null): void {
  const schema = {
    summary: 'Containers, with what limits them',
    tags: ['machine'],
    response: { 200: ContainerList, 501: ErrorBody },
  }
  app.get('/api/containers', { schema }, async (): Promise<ContainerList> => {
    if (reader === null) {
      throw new ServiceError('not_supported', 'Containers are not told on this system yet.')
    }
    return reader.read()
  })
}
