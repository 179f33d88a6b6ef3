import { type ProcessTable, STATUS_BY_CODE } from '@taskmanager/platform'

/** The table as rows for a golden file: everything a recording fixes; clocks and turns of sampling left out. */
export function tableRows(table: ProcessTable): object[] {
  const { columns } = table
  return [...table.slots.subarray(0, table.count)].map((slot) => {
    const number = (column: Float64Array) => known(column[slot])
    return {
      pid: columns.pid[slot],
      ppid: columns.ppid[slot],
      facts: table.facts[slot],
      status: STATUS_BY_CODE[columns.status[slot] ?? 0],
      threads: number(columns.threads),
      nice: number(columns.nice),
      cpuMs: known((columns.cpuNs[slot] ?? Number.NaN) / 1e6),
      childrenCpuMs: number(columns.childrenCpuMs),
      rssBytes: number(columns.rssBytes),
      vmsBytes: number(columns.vmsBytes),
      readBytes: number(columns.readBytes),
      writeBytes: number(columns.writeBytes),
      ioAccess: columns.ioAccess[slot],
    }
  })
}

const known = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? null : value
