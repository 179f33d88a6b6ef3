import { formatPercent } from '../../lib/format.ts'
import type { CoreGroup } from './core-groups.ts'

/** Name, size and mean use of a group; nothing where there is only one. */
export function CoreGroupTitle({ group }: { readonly group: CoreGroup }) {
  if (group.title === null) return null
  return (
    <h3 className="coregroup">
      {group.title}{' '}
      <span className="dim">
        {group.cores.length} threads, mean {formatPercent(group.usage)}
      </span>
    </h3>
  )
}
