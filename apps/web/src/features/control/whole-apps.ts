import type { AppRow } from '@taskmanager/contracts'
import type { Target } from '../../stores/commands.ts'
import type { LiveProcesses } from '../../stores/live-processes.ts'

/** The apps that targets are together, when they are nothing but whole apps; else none. */
export function wholeApps(
  targets: readonly Target[],
  { apps, rows }: Pick<LiveProcesses, 'apps' | 'rows'>,
): AppRow[] {
  const found = new Map<string, AppRow>()
  for (const { pid, start_id } of targets) {
    const row = rows.get(pid)
    const app = row?.start_id === start_id ? apps.get(row.app_id) : undefined
    if (app === undefined) return []
    found.set(app.id, app)
  }
  const whole = [...found.values()]
  const count = whole.reduce((sum, app) => sum + app.pids.length, 0)
  return count === targets.length ? whole : []
}
