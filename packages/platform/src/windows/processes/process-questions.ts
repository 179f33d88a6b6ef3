import { koffiOrNull } from '../../ffi.ts'
import type { ReadResult } from '../../read-result.ts'
import {
  askProcess,
  handleCalls,
  PROCESS_RIGHT,
  withProcess,
  type HandleCalls,
} from '../handles.ts'
import { addressOf, systemLibrary } from '../system-library.ts'
import { tokenCalls, type TokenCalls } from '../tokens.ts'
import { pointerAt, unicodeStringAt } from '../utf16.ts'

/** What one process tells of itself; null where it may not be asked. */
export interface ProcessAnswers {
  /** Path of the program. */
  exe: string | null
  commandLine: string | null
  /** Security identifier of its user. */
  sid: string | null
}

export interface ProcessQuestions {
  /** null: it is gone, or we may not open it at all (protected processes, other users without elevation). */
  ask(pid: number): ProcessAnswers | null
  /** Name of the user without the domain; null where nobody knows one. May ask another computer, so on a thread of its own. */
  userOf(sid: string): Promise<string | null>
}

/** What a process keeps in its own memory. */
export interface FolderQuestion {
  /** Working directory, which takes the right to read its memory. */
  folderOf(pid: number): ReadResult<string>
}

const BASIC_INFORMATION = 0
const BASIC_INFORMATION_BYTES = 48
const COMMAND_LINE_INFORMATION = 60
const STATUS_INVALID_INFO_CLASS = 0xc000_0003
const PEB_READ = PROCESS_RIGHT.query | PROCESS_RIGHT.readMemory
/** Of the PEB, and of the RTL_USER_PROCESS_PARAMETERS it points to. */
const PARAMETERS = 0x20
const COMMAND_LINE = 0x70
const FOLDER = 0x38
/** A UNICODE_STRING holds less than 64 KiB. */
const TEXT_BYTES = 2 ** 16 + 64
const NAME_CHARACTERS = 256

/** null without koffi. Source: processthreadsapi.h, winternl.h, securitybaseapi.h. */
export function processQuestions(): (ProcessQuestions & FolderQuestion) | null {
  const handles = handleCalls()
  const tokens = tokenCalls()
  const native = load()
  if (handles === null || tokens === null || native === null) return null
  return new NativeQuestions(handles, tokens, native)
}

type Native = NonNullable<ReturnType<typeof load>>

function load() {
  const koffi = koffiOrNull()
  const kernel32 = systemLibrary('kernel32')
  const ntdll = systemLibrary('ntdll')
  const advapi32 = systemLibrary('advapi32')
  if (koffi === null || kernel32 === null || ntdll === null || advapi32 === null) return null
  return {
    addressOf: (buffer: Buffer) => addressOf(koffi, buffer),
    imageName: kernel32.func(
      'int QueryFullProcessImageNameW(intptr_t process, uint32_t flags, void *text, void *length)',
    ),
    readMemory: kernel32.func(
      'int ReadProcessMemory(intptr_t process, uintptr_t from, void *to, size_t length, void *read)',
    ),
    query: ntdll.func(
      'int32_t NtQueryInformationProcess(intptr_t process, int class, void *bytes, uint32_t length, void *needed)',
    ),
    stringToSid: advapi32.func('int ConvertStringSidToSidW(str16 text, _Out_ void **sid)'),
    lookupAccount: advapi32.func(
      'int LookupAccountSidW(void *system, void *sid, void *name, void *nameLength, void *domain, void *domainLength, void *use)',
    ),
    localFree: kernel32.func('intptr_t LocalFree(void *memory)'),
  }
}

class NativeQuestions implements ProcessQuestions, FolderQuestion {
  readonly #handles: HandleCalls
  readonly #tokens: TokenCalls
  readonly #native: Native
  readonly #text = Buffer.alloc(TEXT_BYTES)
  readonly #textAddress: number
  readonly #small = Buffer.alloc(128)
  readonly #word = Buffer.alloc(8)
  /** Windows 8.1 and later tell the command line; before, it is read from the memory of the process. */
  #tellsCommandLine = true

  constructor(handles: HandleCalls, tokens: TokenCalls, native: Native) {
    this.#handles = handles
    this.#tokens = tokens
    this.#native = native
    this.#textAddress = native.addressOf(this.#text)
  }

  ask(pid: number): ProcessAnswers | null {
    const rights = PROCESS_RIGHT.queryLimited
    return withProcess(this.#handles, { pid, rights }, (process) => ({
      exe: this.#imageName(process),
      commandLine: this.#commandLine(process, pid),
      sid: this.#tokens.sidOf(process),
    }))
  }

  userOf(sid: string): Promise<string | null> {
    const out: [unknown] = [null]
    if (this.#native.stringToSid(sid, out) === 0) return Promise.resolve(null)
    const [pointer] = out
    const [name, domain] = [Buffer.alloc(NAME_CHARACTERS * 2), Buffer.alloc(NAME_CHARACTERS * 2)]
    const lengths = Buffer.alloc(12)
    lengths.writeUInt32LE(NAME_CHARACTERS, 0)
    lengths.writeUInt32LE(NAME_CHARACTERS, 4)
    const [nameLength, domainLength, use] = [0, 4, 8].map((at) => lengths.subarray(at))
    return new Promise((resolve, reject) => {
      this.#native.lookupAccount.async(
        null,
        pointer,
        name,
        nameLength,
        domain,
        domainLength,
        use,
        (error: Error | null, isFound: number) => {
          this.#native.localFree(pointer)
          if (error !== null) reject(error)
          else resolve(isFound === 0 ? null : textOf(name, lengths.readUInt32LE(0)))
        },
      )
    })
  }

  folderOf(pid: number): ReadResult<string> {
    return askProcess(this.#handles, { pid, rights: PEB_READ }, (process) => {
      const folder = this.#parameterOf(process, FOLDER)
      return folder === null ? { kind: 'failed' } : { kind: 'ok', value: folder }
    })
  }

  #imageName(process: number): string | null {
    this.#word.writeUInt32LE(this.#text.length / 2, 0)
    if (this.#native.imageName(process, 0, this.#text, this.#word) === 0) return null
    return textOf(this.#text, this.#word.readUInt32LE(0))
  }

  #commandLine(process: number, pid: number): string | null {
    if (this.#tellsCommandLine) {
      const status = this.#query(process, COMMAND_LINE_INFORMATION, this.#text)
      if (status === 0) {
        const place = { base: this.#textAddress, limit: this.#text.length }
        return unicodeStringAt(this.#text, 0, place)
      }
      if (status !== STATUS_INVALID_INFO_CLASS) return null
      this.#tellsCommandLine = false
    }
    return withProcess(this.#handles, { pid, rights: PEB_READ }, (readable) =>
      this.#parameterOf(readable, COMMAND_LINE),
    )
  }

  /** One of the texts that it was started with. Also of 32-bit programs: they have these structures in the form of 64 bits as well. */
  #parameterOf(process: number, at: number): string | null {
    const basic = this.#small.subarray(0, BASIC_INFORMATION_BYTES)
    if (this.#query(process, BASIC_INFORMATION, basic) !== 0) return null
    const peb = pointerAt(basic, 8)
    if (!this.#read(process, peb + PARAMETERS, this.#small.subarray(0, 8))) return null
    const parameters = pointerAt(this.#small, 0)
    if (!this.#read(process, parameters + at, this.#small.subarray(0, 16))) return null
    const text = this.#text.subarray(0, this.#small.readUInt16LE(0) & ~1)
    const from = pointerAt(this.#small, 8)
    return text.length > 0 && this.#read(process, from, text) ? text.toString('utf16le') : null
  }

  #query(process: number, kind: number, bytes: Buffer): number {
    return this.#native.query(process, kind, bytes, bytes.length, this.#word) >>> 0
  }

  #read(process: number, from: number, to: Buffer): boolean {
    const isRead = this.#native.readMemory(process, from, to, to.length, this.#word)
    return isRead !== 0 && pointerAt(this.#word, 0) === to.length
  }
}

const textOf = (bytes: Buffer, characters: number): string =>
  bytes.toString('utf16le', 0, Math.min(characters * 2, bytes.length))
