import type { ReadResult } from '../../read-result.ts'
import { interfaceTableSize, INTERFACE_ROW_SIZE } from './parse-interfaces.ts'
import { win32Failure } from '../result-codes.ts'
import { koffiOrNull } from '../../ffi.ts'
import { callAsync } from '../../call-async.ts'
import { systemLibrary } from '../system-library.ts'

export interface InterfaceCalls {
  /** All of them; takes milliseconds where there are many, so it is asked beside our thread. */
  table(): Promise<ReadResult<Buffer>>
  /** One, by its index, as a row of the table. */
  row(index: number): ReadResult<Buffer>
}

/** No machine has as many. */
const MOST_ROWS = 10_000

/** null where this system lacks the calls. */
export function interfaceCalls(): InterfaceCalls | null {
  const koffi = koffiOrNull()
  const ip = (prototype: string) => systemLibrary('iphlpapi')?.optional(prototype) ?? null
  const getTable = ip('uint32 GetIfTable2(_Out_ void **table)')
  const getRow = ip('uint32 GetIfEntry2(void *row)')
  const free = ip('void FreeMibTable(void *table)')
  if (koffi === null || getTable === null || getRow === null || free === null) return null
  return {
    async table() {
      const table: [unknown] = [null]
      const code = Number(await callAsync(getTable, table))
      if (code !== 0 || table[0] === null) return win32Failure(code)
      try {
        const rows = Math.min(MOST_ROWS, koffi.decode.uint32(table[0]))
        // Copied, since it is freed.
        const bytes = Buffer.from(new Uint8Array(koffi.view(table[0], interfaceTableSize(rows))))
        return { kind: 'ok', value: bytes }
      } finally {
        free(table[0])
      }
    },
    row(index) {
      const bytes = Buffer.alloc(INTERFACE_ROW_SIZE)
      bytes.writeUInt32LE(index, 8)
      const code = Number(getRow(bytes))
      return code === 0 ? { kind: 'ok', value: bytes } : win32Failure(code)
    },
  }
}
