import { formatCount } from '../../lib/format.ts'
import { SectionNote } from './section-note.tsx'
import { useProcessInfo, type Identity } from './use-process-info.ts'

/** Resource limits. Source: proc_pid_limits(5). */
export function LimitList({ identity }: { readonly identity: Identity }) {
  const state = useProcessInfo(identity, ['limits'])
  const limits = state.info?.limits
  if (limits == null) return <SectionNote state={state} section={limits} />
  const text = (value: number | null) => (value === null ? 'unlimited' : formatCount(value))
  return (
    <table className="dr-list">
      <thead>
        <tr>
          <th scope="col">Limit</th>
          <th scope="col" className="r">
            Soft
          </th>
          <th scope="col" className="r">
            Hard
          </th>
          <th scope="col">Unit</th>
        </tr>
      </thead>
      <tbody>
        {limits.map((limit) => (
          <tr key={limit.name}>
            <td title={limit.name}>{limit.name}</td>
            <td className="r">{text(limit.soft)}</td>
            <td className="r">{text(limit.hard)}</td>
            <td className="dim">{limit.unit ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
