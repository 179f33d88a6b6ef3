import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** No calls home, no first steps. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
  'ui.prefersReducedMotion': 1,
}

const READY = /WebDriver BiDi listening on (ws:\/\/\S+)/

/** The Firefox of this machine: `FIREFOX_PATH`, or one on the path; `null`: none. */
export function findFirefox(env: NodeJS.ProcessEnv = process.env): string | null {
  if (env['FIREFOX_PATH']) return env['FIREFOX_PATH']
  const folders = (env['PATH'] ?? '').split(path.delimiter)
  const files = folders.flatMap((folder) =>
    ['firefox-esr', 'firefox'].map((name) => path.join(folder, name)),
  )
  return files.find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false // not here
  }
}

interface Node {
  readonly sharedId: string
}

/** A tab of a stock Firefox. */
export interface FirefoxTab extends AsyncDisposable {
  goto(url: string): Promise<void>
  /** Value of an expression in the page; what is no JSON is not told. */
  evaluate(expression: string): Promise<unknown>
  /** Waits for an element by role and accessible name, and clicks into its middle. */
  click(role: string, name: string): Promise<void>
  /** Presses keys one after another; names as in `KeyboardEvent.key`. */
  press(...keys: readonly string[]): Promise<void>
  /** What the content policy of this page refused so far, from its first byte on. */
  refusals(): Promise<unknown>
  /** Addresses of what the frames of the page show; one that was refused shows a page of the browser's own. */
  frames(): Promise<string[]>
  /** Errors and uncaught exceptions of the console, oldest first. */
  errors(): readonly string[]
}

/**
 * Drives Firefox by WebDriver BiDi, its own protocol. Playwright speaks it too, but asks for a command that the Firefox
 * of Debian does not have yet; for one short test the few commands here weigh less than another driver.
 * Source: https://w3c.github.io/webdriver-bidi/
 */
export async function openFirefox(
  executable: string,
  preferences: Readonly<Record<string, string | boolean>> = {},
): Promise<FirefoxTab> {
  const profile = mkdtempSync(path.join(tmpdir(), 'tmp-firefox-'))
  const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  )
  writeFileSync(path.join(profile, 'user.js'), lines.join(''))
  const browser = spawn(
    executable,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: profile } },
  )
  const ended = once(browser, 'exit')
  const stop = async () => {
    if (browser.exitCode === null && browser.signalCode === null) browser.kill('SIGKILL')
    await ended
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    return await openTab(await BidiSession.open(await addressOf(browser)), stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function addressOf(browser: ChildProcess): Promise<string> {
  if (browser.stderr === null) throw new Error('Firefox has no output.')
  let output = ''
  for await (const line of createInterface({ input: browser.stderr })) {
    const address = READY.exec(line)?.[1]
    if (address !== undefined) {
      browser.stderr.resume()
      return address
    }
    output += `${line}\n`
  }
  throw new Error(`Firefox ended before it listened:\n${output}`)
}

async function openTab(session: BidiSession, stop: () => Promise<void>): Promise<FirefoxTab> {
  await session.send('session.new', { capabilities: {} })
  await session.send('session.subscribe', { events: ['log.entryAdded'] })
  const { contexts } = (await session.send('browsingContext.getTree', {})) as {
    contexts: { context: string }[]
  }
  const context = contexts[0]?.context
  if (context === undefined) throw new Error('Firefox has no tab.')
  await session.send('script.addPreloadScript', { functionDeclaration: COLLECT_REFUSALS })
  const viewport = { width: 1440, height: 900 }
  await session.send('browsingContext.setViewport', { context, viewport })
  const find = async (role: string, name: string): Promise<Node> => {
    const locator = { type: 'accessibility', value: { role, name } }
    for (;;) {
      const { nodes } = (await session.send('browsingContext.locateNodes', {
        context,
        locator,
      })) as { nodes: Node[] }
      const [node] = nodes
      if (node !== undefined) return node
      await session.nextMoment(context)
    }
  }
  const perform = (source: object) =>
    session.send('input.performActions', { context, actions: [source] })
  return {
    async goto(url) {
      await session.send('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    evaluate: (expression) => session.evaluate(context, expression),
    async click(role, name) {
      const origin = { type: 'element', element: await find(role, name) }
      await perform({
        type: 'pointer',
        id: 'mouse',
        actions: [
          { type: 'pointerMove', x: 0, y: 0, origin },
          { type: 'pointerDown', button: 0 },
          { type: 'pointerUp', button: 0 },
        ],
      })
    },
    async press(...keys) {
      const actions = keys
        .map((key) => KEYS[key] ?? key)
        .flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ])
      await perform({ type: 'key', id: 'keyboard', actions })
    },
    async frames() {
      const { contexts: tabs } = (await session.send('browsingContext.getTree', {
        root: context,
      })) as { contexts: { children: { context: string }[] }[] }
      const shown = (tabs[0]?.children ?? []).map((frame) =>
        session.evaluate(frame.context, 'document.documentURI'),
      )
      return (await Promise.all(shown)).map(String)
    },
    refusals: () => session.evaluate(context, 'globalThis.refusals'),
    errors: () => session.errors,
    async [Symbol.asyncDispose]() {
      session.close()
      await stop()
    },
  }
}

const COLLECT_REFUSALS = `() => {
  globalThis.refusals = []
  addEventListener('securitypolicyviolation', (event) =>
    refusals.push(event.effectiveDirective + ' ' + event.blockedURI))
}`

/** Source: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS: Record<string, string> = {
  ArrowDown: '\uE015',
  Enter: '\uE007',
  Escape: '\uE00C',
}

interface Answer {
  readonly type: 'success' | 'error' | 'event'
  readonly id?: number
  readonly result?: unknown
  readonly error?: string
  readonly message?: string
  readonly method?: string
  readonly params?: { readonly level: string; readonly text: string | null }
}

class BidiSession {
  readonly errors: string[] = []
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Answer))
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Firefox has gone.'))
    })
  }

  static async open(address: string): Promise<BidiSession> {
    const socket = new WebSocket(`${address}/session`)
    await once(socket, 'open')
    return new BidiSession(socket)
  }

  send(method: string, params: object): Promise<unknown> {
    this.#lastId += 1
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(this.#lastId, answer)
    this.#socket.send(JSON.stringify({ id: this.#lastId, method, params }))
    return answer.promise
  }

  async evaluate(context: string, expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context },
      awaitPromise: true,
    })) as { result?: { value?: string }; exceptionDetails?: { text: string } }
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text)
    return result?.value === undefined ? undefined : (JSON.parse(result.value) as unknown)
  }

  /** The page has drawn once more. */
  async nextMoment(context: string): Promise<void> {
    await this.evaluate(context, 'new Promise((done) => requestAnimationFrame(() => done(null)))')
  }

  close(): void {
    this.#socket.close()
  }

  #take({ id, type, result, error, message, method, params }: Answer): void {
    if (method === 'log.entryAdded' && params?.level === 'error')
      this.errors.push(params.text ?? '')
    const answer = id === undefined ? undefined : this.#waiting.get(id)
    if (id === undefined || answer === undefined) return
    this.#waiting.delete(id)
    if (type === 'success') answer.resolve(result)
    else answer.reject(new Error(`${error}: ${message}`))
  }
}
