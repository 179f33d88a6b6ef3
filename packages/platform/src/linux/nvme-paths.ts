import type { DiskstatsLine } from './parse-diskstats.ts'

/**
 * A drive with several controllers is one disk, its head (`nvme0n1`), and one hidden path a controller (`nvme0c1n1`).
 * Source: nvme/host/multipath.c of the kernel.
 */
const PATH = /^(nvme\d+)c\d+(n\d+)$/

/** Name of the head that a path leads to; null: it is none. */
export function headOfPath(name: string): string | null {
  const match = PATH.exec(name)
  return match === null ? null : `${match[1]}${match[2]}`
}

/** Without the paths. A head that nothing is counted at, as older kernels have it, has the sums of its paths. */
export function foldPaths(lines: readonly DiskstatsLine[]): DiskstatsLine[] {
  const byHead = Map.groupBy(lines, ({ name }) => headOfPath(name))
  const whole = byHead.get(null) ?? []
  if (byHead.size <= 1) return whole
  return whole.map((line) => {
    const paths = byHead.get(line.name) ?? []
    return isIdle(line) ? paths.reduce(sumOf, line) : line
  })
}

const isIdle = ({ reads, writes, readSectors, writeSectors, busyMs }: DiskstatsLine) =>
  reads + writes + readSectors + writeSectors + busyMs === 0

function sumOf(to: DiskstatsLine, path: DiskstatsLine): DiskstatsLine {
  return {
    name: to.name,
    reads: to.reads + path.reads,
    readSectors: to.readSectors + path.readSectors,
    readMs: wrapped(to.readMs + path.readMs),
    writes: to.writes + path.writes,
    writeSectors: to.writeSectors + path.writeSectors,
    writeMs: wrapped(to.writeMs + path.writeMs),
    inFlight: to.inFlight + path.inFlight,
    busyMs: wrapped(to.busyMs + path.busyMs),
    queueMs: wrapped(to.queueMs + path.queueMs),
  }
}

/** Times are 32-bit counters, and so is their sum: one that wraps is then no leap. */
const wrapped = (ms: number) => ms % 2 ** 32
