import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pageUrl } from './services.ts'
import type { Ports } from './services.ts'
import { presentControlToken, writeFileWhole } from './tokens.ts'
import type { TokenPlace } from './tokens.ts'

export interface HandOver {
  readonly ports: Ports
  readonly runDir: string
  readonly tokens: TokenPlace
  /** Opens an address or a file in the browser; `null`: there is none to open, or none is wanted. */
  readonly open: ((target: string) => void) | null
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

const OPENER = 'open.html'
/** A sandboxed browser may not read the file; after this long it is taken for such a one. */
const UNUSED_AFTER_MS = 5000
const TIMEOUT_MS = 5000

/**
 * Brings the user to the page. Where the system tells the services whose connection it is, its plain address will do.
 * Else the page needs a one-time code (security.md T6): it is handed over in a file, since command lines are public; if
 * that is not used, or no browser is opened, the user gets an address to paste.
 */
export async function handOver(way: HandOver): Promise<void> {
  const { ports, runDir, tokens, open, print, signal } = way
  const url = pageUrl(ports)
  if (await isVouchedFor(ports)) {
    open?.(url)
    return
  }
  const token = presentControlToken(tokens)
  const code = token === null ? null : await launchCode(ports, token)
  if (token === null || code === null) {
    open?.(url)
    return
  }
  if (open === null) {
    print(`To act on processes, open it by this address. It works once, for two minutes:`)
    print(`  ${withCode(url, code)}`)
    return
  }
  const opener = join(runDir, OPENER)
  writeFileWhole(opener, redirectTo(withCode(url, code)), 0o600)
  open(opener)
  await sleep(UNUSED_AFTER_MS, undefined, { signal }).catch(() => undefined)
  removeOpener(runDir)
  if (signal.aborted) return
  const fresh = await launchCode(ports, token, code)
  if (fresh === null) return
  print('The browser did not come. Open this address yourself; it works once, for two minutes:')
  print(`  ${withCode(url, fresh)}`)
}

/** Takes away what a start that was cut short may have left; its code is dead or dies within two minutes. */
export function removeOpener(runDir: string): void {
  rmSync(join(runDir, OPENER), { force: true })
}

/** In the fragment, which is sent to nobody; the page takes it out of the address at once. */
function withCode(url: string, code: string): string {
  return `${url}/#k=${code}`
}

function redirectTo(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Task Manager Pro</title><script>location.replace(${JSON.stringify(address)})</script>\n`
}

/** Whether we, who run as the user, may read without a token; then the user's browser may, too. */
async function isVouchedFor(ports: Ports): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${ports.accuracy}/api/session`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await answer.body?.cancel()
  return answer.status !== 401
}

/** A new code; `null` when the one it replaces has been used, or the service gives none. */
async function launchCode(ports: Ports, token: string, replaces?: string): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${ports.accuracy}/api/launch-code`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(replaces === undefined ? {} : { replaces }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const body = (await answer.json()) as { code?: string | null }
  return body.code ?? null
}
