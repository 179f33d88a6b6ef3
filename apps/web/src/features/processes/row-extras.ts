import type { ExtraItem } from '../../components/command-menu.tsx'
import { MODIFIER_KEY } from '../../lib/modifier-key.ts'
import { branchOf } from '../../lib/process-tree.ts'
import { targetOf, type Target } from '../../stores/commands.ts'
import { liveProcesses } from '../../stores/live-processes.ts'
import type { ViewRow } from './process-view.ts'

interface RowActions {
  readonly showApp: (query: string) => void
  readonly showBranch: (line: ViewRow) => void
  readonly setQuery: (query: string) => void
  /** null: commands do not work. */
  readonly end: ((targets: readonly Target[]) => void) | null
  readonly copy: () => void
}

/** What only a menu has room for, beside the commands. */
export function rowExtras(line: ViewRow | undefined, actions: RowActions): ExtraItem[][] {
  if (line === undefined) return []
  const { row } = line
  const app = liveProcesses.get().apps.get(row.app_id)?.name ?? row.name
  const user = row.user === null || !/[\s|"]/.test(row.user) ? row.user : `"${row.user}"`
  const below = line.kind === 'process' ? line.count - 1 : 0
  const endBranch = () => {
    const { rows } = liveProcesses.get()
    actions.end?.(branchOf(rows, row.pid, row.start_id).map(targetOf))
  }
  return [
    [
      ...(below === 0
        ? []
        : [
            {
              icon: 'branch' as const,
              text: below === 1 ? 'End with its child…' : `End with its ${below} children…`,
              off: actions.end === null,
              run: endBranch,
            },
          ]),
      { icon: 'apps', text: 'Show its app', run: () => actions.showApp(`"${app}"`) },
      { icon: 'branch', text: 'Show its branch', run: () => actions.showBranch(line) },
      ...(user === null
        ? []
        : [
            {
              icon: 'filter' as const,
              text: 'Filter by this user',
              run: () => actions.setQuery(`user:${user} `),
            },
          ]),
    ],
    [{ icon: 'copy', text: 'Copy', keys: `${MODIFIER_KEY} C`, run: actions.copy }],
  ]
}
