import type { AppTotals } from '@taskmanager/metrics'
import type { MetricFamily, MetricSample } from '@taskmanager/service-kit'

/** Apps as metrics; the label is a name that was cleaned and bounded, never a pid. */
export function appMetrics(totals: readonly AppTotals[]): MetricFamily[] {
  const each = (read: (app: AppTotals) => number): MetricSample[] =>
    totals.map((app) => ({ labels: { taskmgr_app: app.name }, value: read(app) }))
  return [
    {
      name: 'taskmgr_app_cpu_time_seconds_total',
      type: 'counter',
      help: 'CPU time since this service began, of all processes of the app, ended ones included.',
      samples: each(({ cpuSeconds }) => cpuSeconds),
    },
    {
      name: 'taskmgr_app_memory_usage_bytes',
      type: 'gauge',
      help: 'Memory: PSS where known, else rss.',
      samples: each(({ memoryBytes }) => memoryBytes),
    },
    {
      name: 'taskmgr_app_process_count',
      type: 'gauge',
      help: 'Processes.',
      samples: each(({ processes }) => processes),
    },
    {
      name: 'taskmgr_app_thread_count',
      type: 'gauge',
      help: 'Threads.',
      samples: each(({ threads }) => threads),
    },
    {
      name: 'taskmgr_app_disk_io_bytes_total',
      type: 'counter',
      help: 'Read from storage and written to it since this service began.',
      samples: totals.flatMap(({ name, readBytes, writeBytes }) => [
        { labels: { taskmgr_app: name, disk_io_direction: 'read' }, value: readBytes },
        { labels: { taskmgr_app: name, disk_io_direction: 'write' }, value: writeBytes },
      ]),
    },
  ]
}
