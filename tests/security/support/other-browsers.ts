import { openBrowser } from '../../support/browser.ts'
import { openFirefox } from '../../support/firefox.ts'

/** A tab in which a page of somebody else tries what a page can. */
export interface OtherTab extends AsyncDisposable {
  /** Resolves to the status of the answer that is shown. */
  goto(url: string): Promise<number>
  /** Calls a function, given as text, in the page. */
  run<T>(source: string, argument?: unknown): Promise<T>
  /** Addresses of what the frames of the page show; one that was refused shows a page of the browser's own. */
  frames(): Promise<string[]>
}

export interface OtherBrowser extends AsyncDisposable {
  open(): Promise<OtherTab>
}

const call = (source: string, argument: unknown) => `(${source})(${JSON.stringify(argument)})`
const STATUS = `() => performance.getEntriesByType('navigation')[0].responseStatus`

/**
 * Both browsers with a name that points at this computer, as after DNS rebinding, and without their own protection of
 * local networks: it is a bonus, and must not be what a test proves.
 */
export async function openOtherChromium(rebound: string): Promise<OtherBrowser> {
  const browser = await openBrowser([
    `--host-resolver-rules=MAP ${rebound} 127.0.0.1`,
    '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWarn,BlockInsecurePrivateNetworkRequests',
  ])
  return {
    async open() {
      const context = await browser.newContext()
      const page = await context.newPage()
      const run = <T>(source: string, argument?: unknown): Promise<T> =>
        page.evaluate(call(source, argument))
      return {
        async goto(url) {
          await page.goto(url)
          return run<number>(STATUS)
        },
        run,
        frames: async () =>
          page
            .frames()
            .slice(1)
            .map((frame) => frame.url()),
        [Symbol.asyncDispose]: () => context.close(),
      }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** One tab serves all: each test begins by going somewhere. */
export async function openOtherFirefox(executable: string, rebound: string): Promise<OtherBrowser> {
  const tab = await openFirefox(executable, {
    'network.dns.localDomains': rebound,
    'network.lna.enabled': false,
    'dom.security.https_first': false,
  })
  const run = async <T>(source: string, argument?: unknown) =>
    (await tab.evaluate(call(source, argument))) as T
  return {
    open: async () => ({
      async goto(url) {
        await tab.goto(url)
        return run<number>(STATUS)
      },
      run,
      frames: () => tab.frames(),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    [Symbol.asyncDispose]: () => tab[Symbol.asyncDispose](),
  }
}
