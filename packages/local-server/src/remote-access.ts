import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'
import { ConfigError, readFlag } from './settings.ts'

/** What lets other computers in, besides a tunnel. Without it every port is held on loopback alone. */
export interface RemoteAccess {
  /** Addresses of this machine to listen on, by TLS. */
  readonly addresses: readonly string[]
  /** Names that other computers use, as they stand in `Host`: lower case, without port, IPv6 in brackets. */
  readonly hostNames: readonly string[]
  /** PEM, the certificate first and then those that vouch for it. */
  readonly certificate: Buffer
  /** PEM. */
  readonly key: Buffer
  /** True: the control routes are open there too, to whoever has the control token. */
  readonly control: boolean
}

const NEEDED = {
  TASKMANAGER_LISTEN: 'the addresses to listen on, such as 192.168.1.10',
  TASKMANAGER_HOST_NAMES: 'the exact names by which other computers reach this one',
  TASKMANAGER_TLS_CERT: 'the file with the TLS certificate',
  TASKMANAGER_TLS_KEY: 'the file with the key of the certificate',
} as const
type Needed = keyof typeof NEEDED
const CONTROL = 'TASKMANAGER_REMOTE_CONTROL'

/**
 * Reads the settings that let other computers in; `null` when none of them is there.
 * @throws ConfigError when one is missing or cannot be used: half of them is taken for a mistake, not for a wish
 */
export function readRemoteAccess(env: NodeJS.ProcessEnv): RemoteAccess | null {
  const control = readFlag(env, CONTROL)
  const keys = Object.keys(NEEDED) as Needed[]
  const missing = keys.filter((key) => (env[key] ?? '').trim() === '')
  if (missing.length === keys.length) {
    if (!control) return null
    throw new ConfigError(`${CONTROL} has no meaning without TASKMANAGER_LISTEN.`)
  }
  if (missing.length > 0) {
    const list = missing.map((key) => `${key} (${NEEDED[key]})`).join(', ')
    throw new ConfigError(`Other computers are let in only by TLS and name. Missing: ${list}.`)
  }
  const hostNames = listOf(env, 'TASKMANAGER_HOST_NAMES').map(hostName)
  const certificate = readPem(env, 'TASKMANAGER_TLS_CERT')
  const key = readPem(env, 'TASKMANAGER_TLS_KEY')
  checkCertificate(certificate, key, hostNames)
  const addresses = listOf(env, 'TASKMANAGER_LISTEN').map(address)
  return { addresses, hostNames, certificate, key, control }
}

function listOf(env: NodeJS.ProcessEnv, key: Needed): string[] {
  return [...new Set((env[key] ?? '').split(/[\s,]+/).filter((part) => part !== ''))]
}

function address(text: string): string {
  const refuse = (why: string) =>
    new ConfigError(`TASKMANAGER_LISTEN holds ${JSON.stringify(text)}${why}`)
  if (isIP(text) === 0)
    throw refuse('; each must be an IP address of this machine, such as 192.168.1.10.')
  if (isLoopback(text)) throw refuse(', which is held anyway, without TLS.')
  if (isEveryAddress(text))
    throw refuse('. Name the addresses one by one, so that it is certain what is exposed.')
  return text
}

function isLoopback(text: string): boolean {
  return text.startsWith('127.') || /^\[(::1|::ffff:7f[0-9a-f]{2}:.*)\]$/.test(canonical(text))
}

function isEveryAddress(text: string): boolean {
  return text === '0.0.0.0' || ['[::]', '[::ffff:0:0]'].includes(canonical(text))
}

/** IPv6 in its shortest form, in brackets; without the zone, which a URL cannot hold. */
function canonical(text: string): string {
  const [plain = ''] = text.split('%')
  return isIP(plain) === 6 ? new URL(`http://[${plain}]`).hostname : plain
}

function hostName(text: string): string {
  const name = canonical(text.toLowerCase())
  const form = isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)
  if (!form || !URL.canParse(`https://${name}`) || new URL(`https://${name}`).hostname !== name) {
    throw new ConfigError(
      `TASKMANAGER_HOST_NAMES holds ${JSON.stringify(text)}; each must be one exact name or address without port, ` +
        'such as monitor.example. Patterns are not accepted.',
    )
  }
  if (name === 'localhost' || name.endsWith('.localhost') || isLoopback(text)) {
    throw new ConfigError(
      `TASKMANAGER_HOST_NAMES holds ${JSON.stringify(text)}, which every computer calls itself.`,
    )
  }
  return name
}

function readPem(env: NodeJS.ProcessEnv, key: Needed): Buffer {
  const path = env[key] ?? ''
  if (!isAbsolute(path))
    throw new ConfigError(`${key} is ${JSON.stringify(path)}; it must be an absolute path.`)
  try {
    if (key === 'TASKMANAGER_TLS_KEY') checkKeyMode(path)
    return readFileSync(path)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${key} is ${path}, which cannot be read (${code}).`, { cause: error })
  }
}

function checkKeyMode(path: string): void {
  if (process.platform === 'win32') return // access lists, not modes
  if ((statSync(path).mode & 0o007) === 0) return
  throw new ConfigError(
    `TASKMANAGER_TLS_KEY is ${path}, which everybody may use. Close it with: chmod 600 "${path}"`,
  )
}

/** What a browser would complain about is better said before the start. */
function checkCertificate(pem: Buffer, keyPem: Buffer, hostNames: readonly string[]): void {
  const certificate = parse('TASKMANAGER_TLS_CERT', 'certificate', () => new X509Certificate(pem))
  const key: KeyObject = parse('TASKMANAGER_TLS_KEY', 'key without a passphrase', () =>
    createPrivateKey(keyPem),
  )
  if (!certificate.checkPrivateKey(key))
    throw new ConfigError('TASKMANAGER_TLS_KEY is not the key of TASKMANAGER_TLS_CERT.')
  const { validFrom, validTo } = certificate
  if (Date.now() < Date.parse(validFrom) || Date.now() > Date.parse(validTo)) {
    throw new ConfigError(
      `TASKMANAGER_TLS_CERT is valid from ${validFrom} to ${validTo}, and not now.`,
    )
  }
  const strange = hostNames.filter((name) => !isFor(certificate, name))
  if (strange.length === 0) return
  throw new ConfigError(
    `TASKMANAGER_TLS_CERT does not name ${strange.join(', ')} (subjectAltName), so no browser would accept it there.`,
  )
}

function isFor(certificate: X509Certificate, name: string): boolean {
  const ip = name.replaceAll(/[[\]]/g, '')
  if (isIP(ip) !== 0) return certificate.checkIP(ip) !== undefined
  return certificate.checkHost(name, { subject: 'never' }) !== undefined
}

function parse<T>(key: Needed, what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    // The cause may quote the file.
    throw new ConfigError(`${key} holds no ${what} in PEM form.`, {
      cause: (error as NodeJS.ErrnoException).code,
    })
  }
}
