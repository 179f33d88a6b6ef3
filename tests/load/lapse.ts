/**
 * One fast clock for everything that takes part in a soak: services (`inside.ts`) and the page. Timers and the wall clock
 * run `speed` times as fast from the instant `sinceMs` on, so that whoever keeps something for a minute drops it in time.
 */
export interface Lapse {
  readonly speed: number
  /** Real instant at which all clocks agree, epoch milliseconds; `null`: the wall clock stays as it is. */
  readonly sinceMs: number | null
}

/** Changes the globals of the place it runs in. It is also run in the page: it may use nothing from outside. */
export function letTimeRun({ speed, sinceMs }: Lapse): void {
  const RealDate = Date
  const { setTimeout: once, setInterval: again } = globalThis
  if (sinceMs !== null) {
    const now = () => sinceMs + (RealDate.now() - sinceMs) * speed
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
      get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    })
  }
  const faster = <T extends typeof once | typeof again>(timer: T): T =>
    ((run: () => void, ms = 0, ...rest: []) => timer(run, ms / speed, ...rest)) as unknown as T
  globalThis.setTimeout = faster(once)
  globalThis.setInterval = faster(again)
}
