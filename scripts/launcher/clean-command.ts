import { win32 } from 'node:path'

/**
 * What Node.js and its libraries would load, run or write by order of the environment. Under Windows any program of the
 * user may set it for all that starts later, with elevated rights too.
 */
const ORDERS = [
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_COMPILE_CACHE',
  'NODE_REDIRECT_WARNINGS',
  'NODE_V8_COVERAGE',
  'NODE_ICU_DATA',
  'NODE_DEBUG',
  'NODE_DEBUG_NATIVE',
  'NODE_CHANNEL_FD',
  'NODE_UNIQUE_ID',
  'OPENSSL_CONF',
  'OPENSSL_MODULES',
  'OPENSSL_ENGINES',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SSLKEYLOGFILE',
] as const

/**
 * A command of `cmd.exe` that takes these orders away and then runs a program: Node.js obeys them before its first line.
 * `/d` keeps what the registry has `cmd.exe` run at its start away, `/v:off` leaves `!` alone.
 * @throws with a sentence for a path that `cmd.exe` would take for something else
 */
export function cleanCommand(
  words: readonly string[],
  systemDirectory: string,
): { program: string; parameters: string } {
  // Quotes keep all else: blanks, &, |, <, >, ^ and parentheses.
  const odd = words.find((word) => /["%\r\n]/.test(word))
  if (odd !== undefined) {
    throw new Error(`A path with % or " cannot be started elevated: ${odd}`)
  }
  const clean = ORDERS.map((name) => `set "${name}="`).join('&')
  const run = words.map((word) => quoted(word)).join(' ')
  return {
    program: win32.join(systemDirectory, 'cmd.exe'),
    parameters: `/d /s /v:off /c "${clean}&set "PATH=${systemDirectory}"&${run}"`,
  }
}

/** Backslashes before the closing quote would take it away. */
const quoted = (word: string) => `"${word.replace(/\\+$/, (end) => end + end)}"`
