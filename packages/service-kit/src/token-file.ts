import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'

/** Longest file that is read: a token, a newline, and room to notice that it is neither. */
const MAX_BYTES = 128
const TOKEN = /^[A-Za-z0-9_-]{43}\n?$/

export interface TokenFileRules {
  /** Who must own the file; `null` where owners have no number (Windows), where this is not checked. */
  ownerUid: number | null
  /** True: the group may read the file (a system unit with its own group). */
  groupMayRead?: boolean
  /** What an access list lets others do with the directory, to be read behind its path; null: nothing. Only Windows has one. */
  directoryFault?: DirectoryFault | null
}

export type DirectoryFault = (directory: string) => string | null

/**
 * Why a token file or its directory is not trusted, or `not_now`: it is there, and there is no descriptor to read it with,
 * which says nothing about it. The message names the rule and the path, never the content.
 */
export class TokenFileError extends Error {
  override name = 'TokenFileError'
  readonly code: 'missing' | 'untrusted' | 'not_now'
  constructor(code: TokenFileError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Reads one token. The file is opened without following a link and without waiting for a FIFO's writer, and
 * judged by its descriptor, so that nothing can be swapped between the check and the read.
 * @throws TokenFileError
 */
export function readTokenFile(path: string, rules: TokenFileRules): string {
  const descriptor = openPlain(path)
  try {
    const broken = brokenRule(fstatSync(descriptor), rules)
    if (broken !== null) throw new TokenFileError('untrusted', `${path} ${broken}.`)
    const bytes = Buffer.alloc(MAX_BYTES + 1)
    const text = bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0))
    if (!TOKEN.test(text)) {
      throw new TokenFileError('untrusted', `${path} does not hold one token of 43 characters.`)
    }
    return text.trimEnd()
  } finally {
    closeSync(descriptor)
  }
}

function openPlain(path: string): number {
  // Windows has no O_NOFOLLOW; there the link is noticed before opening.
  const isLink =
    constants.O_NOFOLLOW === undefined &&
    lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  if (isLink) {
    throw new TokenFileError('untrusted', `${path} is a symbolic link.`)
  }
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  try {
    return openSync(path, flags)
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        throw new TokenFileError('missing', `${path} does not exist.`, { cause: error })
      case 'ELOOP':
        throw new TokenFileError('untrusted', `${path} is a symbolic link.`, { cause: error })
      case 'EACCES':
      case 'EPERM':
        throw new TokenFileError('untrusted', `${path} may not be read by this user.`, {
          cause: error,
        })
      case 'ENXIO':
        throw new TokenFileError('untrusted', `${path} is not a regular file.`, { cause: error })
      case 'EMFILE':
      case 'ENFILE':
        if (lstatSync(path, { throwIfNoEntry: false }) === undefined)
          throw new TokenFileError('missing', `${path} does not exist.`, { cause: error })
        throw new TokenFileError(
          'not_now',
          `${path} cannot be read: this service or the system has too many open files.`,
          { cause: error },
        )
      case undefined:
      default:
        throw error
    }
  }
}

function brokenRule(file: Stats, rules: TokenFileRules): string | null {
  if (!file.isFile()) return 'is not a regular file'
  if (file.size > MAX_BYTES) return `is longer than ${MAX_BYTES} bytes`
  if (file.nlink !== 1) return 'has more than one hard link'
  if (rules.ownerUid === null) return null
  if (file.uid !== rules.ownerUid) return 'belongs to another user'
  const forbidden = rules.groupMayRead === true ? 0o037 : 0o077
  if ((file.mode & forbidden) !== 0) return 'may be used by others than its owner'
  return null
}
