/**
 * The token files: minting, writing, reading, proving. Imported by the launcher as
 * `@taskmanager/service-kit/tokens`; nothing here imports Fastify.
 */
import { createHmac, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ownerUid } from './owner.ts'
import { readTokenFile, TokenFileError, type TokenFileRules } from './token-file.ts'

export { ownerUid } from './owner.ts'
export { defaultRunDirectory } from './run-directory.ts'
export { readTokenFile, TokenFileError, type TokenFileRules } from './token-file.ts'

export const CONTROL_TOKEN_FILE = 'control.token'
export const READ_TOKEN_FILE = 'read.token'

export interface Tokens {
  control: string
  read: string
}

/** A new control token: 32 random bytes, base64url, 43 characters. */
export function mintControlToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The read token that belongs to a control token: HMAC-SHA256 with the control token's text as key. */
export function deriveReadToken(control: string): string {
  return createHmac('sha256', control).update('read-v1').digest('base64url')
}

/**
 * What `GET /health?challenge=` answers as `proof`: only a program that can read the token files can say it.
 * The key is the read token's text.
 */
export function healthProof(readToken: string, service: string, challenge: string): string {
  return createHmac('sha256', readToken)
    .update(`health-v1|${service}|${challenge}`)
    .digest('base64url')
}

/**
 * Makes the private directory (0700) when it is missing, and checks it.
 * @throws TokenFileError when it is a link, somebody else's, open to others, or in a place others can change.
 */
export function ensureRunDirectory(directory: string, owner: number | null = ownerUid()): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  checkRunDirectory(directory, { ownerUid: owner })
}

/** @throws TokenFileError */
export function checkRunDirectory(directory: string, rules: TokenFileRules): void {
  const refuse = (rule: string) => new TokenFileError('untrusted', `${directory} ${rule}.`)
  let found
  try {
    found = lstatSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new TokenFileError('missing', `${directory} does not exist.`, { cause: error })
  }
  if (found.isSymbolicLink()) throw refuse('is a symbolic link')
  if (!found.isDirectory()) throw refuse('is not a directory')
  const fault = rules.directoryFault?.(directory) ?? null
  if (fault !== null) throw refuse(fault)
  if (rules.ownerUid === null) return
  if (found.uid !== rules.ownerUid) throw refuse('belongs to another user')
  const forbidden = rules.groupMayRead === true ? 0o027 : 0o077
  if ((found.mode & forbidden) !== 0) throw refuse('may be used by others than its owner')
  const parent = lstatSync(dirname(directory))
  const othersCanRename = (parent.mode & 0o022) !== 0 && (parent.mode & 0o1000) === 0
  if (othersCanRename) throw refuse('lies in a directory that others can write')
}

/** Writes both token files of a new control token, each whole or not at all. Mode 0600, or 0640 where the group may read them. */
export function writeTokens(directory: string, { groupMayRead = false } = {}): Tokens {
  checkRunDirectory(directory, { ownerUid: ownerUid(), groupMayRead })
  const control = mintControlToken()
  const tokens = { control, read: deriveReadToken(control) }
  const mode = groupMayRead ? 0o640 : 0o600
  // Created with the mode and not changed to it: with Node's permission model there is no fchmod.
  const mask = groupMayRead ? process.umask(0o037) : null
  try {
    writeFileWhole(join(directory, READ_TOKEN_FILE), `${tokens.read}\n`, mode)
    writeFileWhole(join(directory, CONTROL_TOKEN_FILE), `${tokens.control}\n`, mode)
  } finally {
    if (mask !== null) process.umask(mask)
  }
  return tokens
}

/** Replaces a file by a new one: random name, no link followed, synced, then renamed over the old. */
export function writeFileWhole(path: string, content: string, mode: number): void {
  const temporary = `${path}.${randomBytes(9).toString('base64url')}.tmp`
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_SYNC } = constants
  const flags = O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0) | (O_SYNC ?? 0)
  try {
    const descriptor = openSync(temporary, flags, mode)
    try {
      writeSync(descriptor, content)
      // Windows has no O_SYNC; with Node's permission model there is no fsync.
      if (O_SYNC === undefined) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Deletes the token files: every service refuses the tokens within 5 s. Missing files are fine. */
export function removeTokens(directory: string): void {
  rmSync(join(directory, CONTROL_TOKEN_FILE), { force: true })
  rmSync(join(directory, READ_TOKEN_FILE), { force: true })
}

/**
 * Reads `read.token` of a directory, for programs that prove or read and never control (the page server).
 * @throws TokenFileError
 */
export function readReadToken(directory: string, rules: TokenFileRules): string {
  checkRunDirectory(directory, rules)
  return readTokenFile(join(directory, READ_TOKEN_FILE), rules)
}

/**
 * Reads the control token of a directory.
 * @throws TokenFileError
 */
export function readControlToken(directory: string, rules: TokenFileRules): string {
  checkRunDirectory(directory, rules)
  return readTokenFile(join(directory, CONTROL_TOKEN_FILE), rules)
}
