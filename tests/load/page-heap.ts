import type { CDPSession } from 'playwright-core'

/** The parts of a heap snapshot that are looked at. Source: the DevTools protocol, `HeapProfiler`; layout by its own `meta`. */
interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[], ...unknown[]]
    }
  }
  readonly nodes: readonly number[]
}

/**
 * Compiled code comes and goes with use; what is `native` is the browser's own, and holds a record of each request for as
 * long as somebody drives the page: some 450 bytes each, which would pass for growth.
 */
const NOT_OF_THE_PAGE: ReadonlySet<string> = new Set(['native', 'code'])

/** Bytes of what the page's own code holds after a collection: objects, arrays, texts, functions. */
export async function heldBytes(session: CDPSession): Promise<number> {
  const pieces: string[] = []
  const take = ({ chunk }: { chunk: string }) => void pieces.push(chunk)
  session.on('HeapProfiler.addHeapSnapshotChunk', take)
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  session.off('HeapProfiler.addHeapSnapshotChunk', take)
  const { snapshot, nodes } = JSON.parse(pieces.join('')) as Snapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const typeAt = fields.indexOf('type')
  const sizeAt = fields.indexOf('self_size')
  let bytes = 0
  for (let at = 0; at < nodes.length; at += fields.length) {
    const type = types[0][nodes[at + typeAt] ?? -1]
    if (type !== undefined && !NOT_OF_THE_PAGE.has(type)) bytes += nodes[at + sizeAt] ?? 0
  }
  return bytes
}
