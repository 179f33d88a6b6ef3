import type { CSSProperties } from 'react'
import { formatBytes, formatOf, formatPercent } from '../../lib/format.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'

/** Parts of a machine with several memory controllers; nothing where there is one. */
export function NumaNodes() {
  const nodes = useStats((frame) => frame?.memory.nodes ?? null)
  const cores = useStats((frame) => frame?.cpu.cores ?? null)
  const groups = useSystem((system) => system?.cpu.groups ?? null)
  if (nodes === null || nodes.length < 2) return null
  const usageOf = (node: number) => {
    const own = new Set(groups?.flatMap((one) => (one.numa_node === node ? one.cpus : [])))
    const known = (cores ?? []).flatMap((core) =>
      own.has(core.index) ? (core.usage_percent ?? []) : [],
    )
    return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length
  }
  return (
    <section className="hue-mem" aria-label="NUMA nodes">
      <div className="subhead">
        <h2>NUMA nodes</h2>
        <span>memory of its own node is nearest to a CPU</span>
      </div>
      {nodes.map(({ node, cpu_list: cpus, used_bytes: used, total_bytes: total, ...rest }) => {
        const usage = usageOf(node)
        return (
          <div key={node} className="fsrow">
            <div className="fsline">
              <span className="cut">
                <b className="strong">Node {node}</b>{' '}
                <span className="dim">
                  {cpus === '' ? 'memory alone' : `CPUs ${cpus}`}
                  {usage !== null && `, ${formatPercent(usage)} busy`}
                </span>
              </span>
              <span>
                {formatOf(used, total)}
                <span className="dim"> · {formatBytes(rest.free_bytes)} free</span>
              </span>
            </div>
            <div className="thinbar" aria-hidden="true">
              <i style={{ '--w': ((used ?? 0) / (total || 1)).toFixed(4) } as CSSProperties} />
            </div>
          </div>
        )
      })}
    </section>
  )
}
