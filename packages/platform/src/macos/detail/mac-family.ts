import type { Relative } from '../../detail/family.ts'
import { ProcParseError } from '../../read-result.ts'
import { cleanName } from '../../text/clean.ts'
import { KinfoProcRecord } from '../processes/parse-kinfo-proc.ts'
import type { ProcessList } from '../processes/process-list.ts'

/** Every process with its parent, by one call. `startTicks` are microseconds here. */
export function readMacRelatives(processes: ProcessList): Map<number, Relative> {
  processes.take()
  const relatives = new Map<number, Relative>()
  const record = new KinfoProcRecord()
  for (let place = 0; place < processes.count; place++) {
    try {
      processes.read(place, record)
    } catch (error) {
      if (error instanceof ProcParseError) continue
      throw error
    }
    const { pid, ppid, startMicros, commStart, commEnd } = record
    const name = cleanName(processes.bytes.subarray(commStart, commEnd))
    relatives.set(pid, { pid, ppid, name, startTicks: startMicros })
  }
  return relatives
}
