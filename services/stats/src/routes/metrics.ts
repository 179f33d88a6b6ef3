import {
  METRIC_TYPES,
  metricFormatOf,
  ServiceError,
  writeMetrics,
  type ServiceApp,
} from '@taskmanager/service-kit'
import type { LatestStats } from '../latest-stats.ts'
import { machineMetrics } from '../present/machine-metrics.ts'

/** `GET /metrics` for Prometheus and its like: the last sample, written when it is asked for. */
export function addMetrics(app: ServiceApp, latest: LatestStats): void {
  const schema = {
    summary: 'Figures of the whole machine as OpenMetrics',
    description:
      'OpenMetrics 1.0, or the text format of Prometheus 0.0.4, as the header Accept asks. At most 200 series.',
    tags: ['machine'],
  }
  app.get('/metrics', { schema }, async (request, reply) => {
    await latest.get()
    const { last } = latest
    if (last === null)
      throw new ServiceError(
        'unavailable',
        'The machine was not read yet. Try again in a moment.',
        {
          retryAfterSeconds: 1,
        },
      )
    const format = metricFormatOf(request.headers.accept)
    return reply
      .type(METRIC_TYPES[format])
      .send(writeMetrics(machineMetrics(last.reading, last.ownCost), format))
  })
}
