/** Expected absence is a value: what a read of the operating system can end in. */
export type ReadResult<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'gone' }
  | { kind: 'denied' }
  | { kind: 'unsupported' }
  /** A fault of the machine or of the moment: a disk error, no descriptor left. It may work the next time. */
  | { kind: 'failed' }

const byCode: Record<string, Exclude<ReadResult<never>['kind'], 'ok'>> = {
  ENOENT: 'gone',
  ESRCH: 'gone',
  EACCES: 'denied',
  EPERM: 'denied',
  EOPNOTSUPP: 'unsupported',
  ENOSYS: 'unsupported',
  ENODEV: 'unsupported',
}

/** Turns an errno of the file system into a value; what is none is a bug and is thrown again. */
export function readResultOf(error: unknown): Exclude<ReadResult<never>, { kind: 'ok' }> {
  const { code, errno } = error as NodeJS.ErrnoException
  if (code === undefined || errno === undefined) throw error
  return { kind: byCode[code] ?? 'failed' }
}

/** Input from the operating system that is not shaped as its manual says. The row is skipped and counted, never guessed. */
export class ProcParseError extends Error {
  readonly code = 'PROC_PARSE'
  readonly file: string
  constructor(file: string, what: string, excerpt = '') {
    super(`${file}: ${what}${excerpt === '' ? '' : ` in ${JSON.stringify(excerpt.slice(0, 80))}`}`)
    this.name = 'ProcParseError'
    this.file = file
  }
}

/** What `parse` answers; null where the input is not as its manual says. @throws whatever else it throws */
export function understoodOrNull<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
}
