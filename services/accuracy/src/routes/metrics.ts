import type { AppSeries } from '@taskmanager/metrics'
import { METRIC_TYPES, metricFormatOf, writeMetrics, type Service } from '@taskmanager/service-kit'
import { appMetrics } from '../present/app-metrics.ts'

/** `GET /metrics` for Prometheus and its like: the apps as of the last sample. */
export function addMetrics(service: Service, series: AppSeries): void {
  const schema = {
    summary: 'Figures of the busiest apps as OpenMetrics',
    description:
      'OpenMetrics 1.0, or the text format of Prometheus 0.0.4, as the header Accept asks. Twelve apps at most, and the rest in one.',
    tags: ['processes'],
  }
  service.app.get('/metrics', { schema }, async (request, reply) => {
    const format = metricFormatOf(request.headers.accept)
    return reply.type(METRIC_TYPES[format]).send(writeMetrics(appMetrics(series.totals()), format))
  })
}
