import { priorityGroups } from '../../components/priority-choices.ts'
import { appHref, appProcessesHref } from '../../lib/app-links.ts'
import { formatNice } from '../../lib/format.ts'
import { figuresOfHit, type RunningHit } from '../../lib/palette-search.ts'
import {
  openDetails,
  targetOf,
  targetsOfPids,
  type Commands,
  type Target,
} from '../../stores/commands.ts'
import { blockedReason } from '../../stores/blocked.ts'
import { systemInfo } from '../../stores/live-stats.ts'
import type { LiveProcesses } from '../../stores/live-processes.ts'
import { mainProcess, type PaletteItem } from './palette-items.ts'

export interface ActionContext {
  readonly live: LiveProcesses
  readonly commands: Commands
  readonly navigate: (path: string) => void
}

/** What can be done to a program. Ending asks first, as everywhere; what cannot run says why. */
export function actionItems(hit: RunningHit, context: ActionContext): PaletteItem[] {
  const { live, commands, navigate } = context
  const { name } = figuresOfHit(hit)
  const targets = targetsOf(hit, live)
  const why = commands.reason ?? (targets.length === 0 ? 'It has ended' : blocked(targets))
  const isSuspended =
    targets.length > 0 && targets.every(({ pid }) => live.rows.get(pid)?.status === 'stopped')
  const main = mainProcess(hit, live)
  const app = hit.kind === 'app' ? hit.app : live.apps.get(hit.row.app_id)
  const control = (item: Omit<PaletteItem, 'isOff'>): PaletteItem =>
    why === null ? item : { ...item, isOff: true, detail: why }
  return [
    control({
      id: 'end',
      icon: 'end',
      title: `End ${name}…`,
      detail:
        targets.length > 1
          ? `all ${targets.length} processes; asks first`
          : 'asks first, shows what ends with it',
      keys: ['Del'],
      run: () => commands.end(targets, false),
    }),
    control({
      id: 'force-end',
      icon: 'force-end',
      title: `Force end ${name}…`,
      detail: 'asks first; unsaved work is lost',
      keys: ['⇧', 'Del'],
      run: () => commands.end(targets, true),
    }),
    control({
      id: 'suspend',
      icon: isSuspended ? 'play' : 'suspend',
      title: `${isSuspended ? 'Resume' : 'Suspend'} ${name}`,
      run: () => (isSuspended ? commands.resume(targets) : commands.suspend(targets)),
    }),
    ...priorityGroups(targets, commands, systemInfo.get()).map(({ id, icon, text, choices }) =>
      control({
        id,
        icon,
        title: `${text} of ${name}…`,
        ...(id === 'priority' && { detail: niceOf(targets, live), also: 'nice' }),
        choices: {
          title: `${text} of ${name}`,
          items: choices.map((choice) => ({
            id: choice.id,
            icon,
            title: choice.text,
            run: choice.run,
          })),
        },
        run: nothing,
      }),
    ),
    ...(main === undefined
      ? []
      : [
          {
            id: 'details',
            icon: 'details' as const,
            title: `Details of ${name}`,
            run: () => openDetails(main.pid, main.start_id),
          },
        ]),
    ...(hit.kind === 'app' && hit.app.process_count > 1
      ? [
          {
            id: 'processes',
            icon: 'processes' as const,
            title: `Show its ${hit.app.process_count} processes`,
            run: () => navigate(appProcessesHref(hit.app)),
          },
        ]
      : []),
    ...(app === undefined
      ? []
      : [
          {
            id: 'app',
            icon: 'apps' as const,
            title: hit.kind === 'app' ? 'Show it in Apps' : `Show its app, ${app.name}`,
            run: () => navigate(appHref(app.name)),
          },
        ]),
  ]
}

/** It leads on to its choices. */
const nothing = () => {}

/** As it is now, where all have the same. */
function niceOf(targets: readonly Target[], { rows }: LiveProcesses): string | undefined {
  const found = new Set(targets.map(({ pid }) => rows.get(pid)?.nice ?? null))
  const [nice = null] = found
  return found.size !== 1 || nice === null ? undefined : `now ${formatNice(nice)}`
}

function blocked(targets: readonly Target[]): string | null {
  const { user = null, elevated = true } = systemInfo.get() ?? {}
  return blockedReason(targets, { user, elevated: elevated ?? true })
}

function targetsOf(hit: RunningHit, { apps, rows }: LiveProcesses): Target[] {
  if (hit.kind === 'app') return targetsOfPids(apps.get(hit.app.id)?.pids ?? [], rows)
  // The pid may be another program by now: what was found is what is acted on.
  return rows.get(hit.row.pid)?.start_id === hit.row.start_id ? [targetOf(hit.row)] : []
}
