import { chromium, type Browser, type Page } from 'playwright-core'
import { chromiumArguments, provideChromium } from '../../scripts/launcher/chromium.ts'

/** @param wrap gives the file to start in place of the browser's own */
export async function openBrowser(
  more: readonly string[] = [],
  wrap: (executable: string) => string = (executable) => executable,
): Promise<Browser> {
  const { executablePath, env } = provideChromium()
  return chromium.launch({
    executablePath: wrap(process.env['CHROMIUM_PATH'] ?? executablePath),
    args: [...chromiumArguments(), ...more],
    env: { ...process.env, ...env },
  })
}

export interface VisitOptions {
  width?: number
  height?: number
  theme?: 'light' | 'dark'
  touch?: boolean
}

/** One tab and everything it complained about. */
export interface Visit extends AsyncDisposable {
  page: Page
  /** Errors, warnings of the content policy and uncaught exceptions; those of a service that is down left out. */
  complaints(): string[]
}

/** What a browser says by itself when nobody listens on a port. The page says it in its own words. */
const NOBODY_LISTENS =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)|WebSocket connection to .* failed|WebSocket is closed before/

export async function visit(
  browser: Browser,
  url: string,
  options: VisitOptions = {},
): Promise<Visit> {
  const { width = 1440, height = 900, theme = 'dark', touch = false } = options
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    hasTouch: touch,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    const policy = /Content.Security.Policy|Trusted.?Type/i.test(message.text())
    if (message.type() === 'error' || policy) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`))
  await page.goto(url)
  return {
    page,
    complaints: () => complaints.filter((text) => !NOBODY_LISTENS.test(text)),
    [Symbol.asyncDispose]: () => context.close(),
  }
}
