import type { ExtraItem } from '../../components/command-menu.tsx'
import { liveProcesses } from '../../stores/live-processes.ts'
import type { ViewRow } from './process-view.ts'

interface RowActions {
  readonly showApp: (query: string) => void
  readonly showBranch: (line: ViewRow) => void
  readonly setQuery: (query: string) => void
  readonly copy: () => void
}

/** What only a menu has room for, beside the commands. */
export function rowExtras(line: ViewRow | undefined, actions: RowActions): ExtraItem[][] {
  if (line === undefined) return []
  const { row } = line
  const app = liveProcesses.get().apps.get(row.app_id)?.name ?? row.name
  const user = row.user === null || !/[\s|"]/.test(row.user) ? row.user : `"${row.user}"`
  return [
    [
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
    [{ icon: 'copy', text: 'Copy', keys: 'Ctrl C', run: actions.copy }],
  ]
}
