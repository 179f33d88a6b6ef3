import { koffiOrNull } from '../../ffi.ts'
import { callAsync } from '../../call-async.ts'
import { handleCalls } from '../handles.ts'
import { systemLibrary } from '../system-library.ts'

/** `declined`: the user said no to User Account Control, or could not say yes. `code` of Windows otherwise. */
export type Elevation =
  | { kind: 'started'; ended: Promise<number | null> }
  | { kind: 'declined' }
  | { kind: 'failed'; code: number }
  | { kind: 'unsupported' }

export interface ElevatedProgram {
  /** Whole path. */
  program: string
  /** As its command line has them. */
  parameters: string
  directory: string
}

// Source: SHELLEXECUTEINFOW of shellapi.h, 64-bit layout.
const BYTES = 112
const AT = {
  size: 0,
  mask: 4,
  verb: 16,
  file: 24,
  parameters: 32,
  directory: 40,
  show: 48,
} as const
const PROCESS_AT = 104
const HIDDEN = 0
const MASK = {
  /** The handle of what was started is wanted. */
  process: 0x40,
  /** It is under way when the call is back. */
  noAsync: 0x100,
  /** Errors are told here and not in a window. */
  noUi: 0x400,
} as const
const CANCELLED = 1223
const FOREVER = 0xffff_ffff
const WAIT_OBJECT = 0

/**
 * Starts a program with the full rights of an administrator, after Windows has asked. Waits for the answer of the user.
 * The program gets no handles and not the environment of this one. Source: ShellExecuteExW, verb `runas`.
 */
export function runElevated({ program, parameters, directory }: ElevatedProgram): Elevation {
  const koffi = koffiOrNull()
  const handles = handleCalls()
  const kernel32 = systemLibrary('kernel32')
  const execute = systemLibrary('shell32')?.optional('int ShellExecuteExW(void *information)')
  const wait = kernel32?.optional('uint32 WaitForSingleObject(intptr_t handle, uint32 ms)')
  const exitCode = kernel32?.optional('int GetExitCodeProcess(intptr_t process, void *code)')
  if (koffi === null || handles === null || !execute || !wait || !exitCode)
    return { kind: 'unsupported' }
  const texts = ['runas', program, parameters, directory].map((text) =>
    Buffer.from(`${text}\0`, 'utf16le'),
  )
  const heads = texts.map((_, index) =>
    texts.slice(0, index).reduce((sum, { length }) => sum + length, BYTES),
  )
  // One piece of memory for the structure and its texts: none can be freed before the others.
  const information = Buffer.concat([Buffer.alloc(BYTES), ...texts])
  const address = koffi.address(information)
  information.writeUInt32LE(BYTES, AT.size)
  information.writeUInt32LE(MASK.process | MASK.noAsync | MASK.noUi, AT.mask)
  for (const [index, at] of [AT.verb, AT.file, AT.parameters, AT.directory].entries()) {
    information.writeBigUInt64LE(address + BigInt(heads[index] ?? 0), at)
  }
  information.writeInt32LE(HIDDEN, AT.show)
  if (execute(information) === 0) {
    const code = handles.lastError()
    return code === CANCELLED ? { kind: 'declined' } : { kind: 'failed', code }
  }
  const handle = Number(information.readBigInt64LE(PROCESS_AT))
  return { kind: 'started', ended: endOf(handle) }

  /** null: it is not told. */
  async function endOf(process: number): Promise<number | null> {
    if (process === 0 || !wait || !exitCode) return null
    try {
      if ((await callAsync(wait, process, FOREVER)) !== WAIT_OBJECT) return null
      const code = Buffer.alloc(4)
      return exitCode(process, code) === 0 ? null : code.readUInt32LE(0)
    } finally {
      handles?.close(process)
    }
  }
}
