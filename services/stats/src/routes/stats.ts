import { SystemStats } from '@taskmanager/contracts'
import { ServiceError, type ServiceApp, type StreamHub } from '@taskmanager/service-kit'
import type { LatestStats } from '../latest-stats.ts'

export interface StatsRouteDeps {
  latest: LatestStats
  hub: StreamHub
}

export function addStatsRoute(app: ServiceApp, { latest, hub }: StatsRouteDeps): void {
  const schema = {
    summary: 'Figures of the whole machine, as of the last sample',
    tags: ['machine'],
    response: { 200: SystemStats },
  }
  app.get('/api/stats', { schema }, async (_request, reply) => {
    hub.noteReader()
    const bytes = await latest.get()
    if (bytes === null) {
      throw new ServiceError(
        'unavailable',
        'The machine could not be read yet. Try again in a moment.',
        {
          retryAfterSeconds: 1,
        },
      )
    }
    return reply.type('application/json; charset=utf-8').send(bytes as never)
  })
}
