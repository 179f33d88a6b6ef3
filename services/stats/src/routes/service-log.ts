import { ErrorBody, ServiceLog, ServiceLogQuery } from '@taskmanager/contracts'
import type { ServiceLogProvider } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'

/**
 * `GET /api/service/log`: what a service wrote last. Logs hold what programs happen to say, secrets among it, so
 * looking at the machine is not enough: it needs the control token.
 */
export function addServiceLog(app: ServiceApp, log: ServiceLogProvider | null): void {
  const schema = {
    summary: 'What a service wrote last',
    tags: ['services'],
    querystring: ServiceLogQuery,
    response: { 200: ServiceLog, 400: ErrorBody, 501: ErrorBody },
  }
  app.get(
    '/api/service/log',
    { schema, config: { access: 'control', followed: true } },
    async ({ query }): Promise<ServiceLog> => {
      if (log === null) {
        throw new ServiceError(
          'not_supported',
          'The journal is not told here: it is read through the library of systemd (libsystemd.so.0), which was not found.',
        )
      }
      const { lines, hasOlder, missing } = await log.tail(query.scope, query.name)
      return { lines: [...lines], has_older: hasOlder, missing, sampled_at_ms: Date.now() }
    },
  )
}
