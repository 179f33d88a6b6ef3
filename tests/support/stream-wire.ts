import type { Page, WebSocketRoute } from 'playwright-core'

/** Stands between the page and the streams of the real services. Attach it before the page is opened. */
export class StreamWire {
  /** What becomes of a frame on its way to the page; `null`: it is lost. */
  frame: (text: string) => string | null = (text) => text
  isCut = false
  /** Intervals the page has asked for, milliseconds. */
  readonly asked: number[] = []
  readonly #open = new Set<WebSocketRoute>()

  async attach(page: Page): Promise<void> {
    await page.routeWebSocket(/\/stream$/, (toPage) => {
      if (this.isCut) {
        void toPage.close()
        return
      }
      this.#open.add(toPage)
      const toService = toPage.connectToServer()
      toPage.onMessage((message) => {
        this.asked.push((JSON.parse(String(message)) as { interval_ms: number }).interval_ms)
        toService.send(message)
      })
      toService.onMessage((message) => {
        const text = this.frame(String(message))
        if (text !== null) toPage.send(text)
      })
    })
  }

  async cut(): Promise<void> {
    this.isCut = true
    await Promise.all([...this.#open].map((route) => route.close()))
    this.#open.clear()
  }
}
