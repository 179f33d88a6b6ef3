/** `far`: to what is known to hang (network file systems, FUSE, commands to a drive); `near`: to anything else. */
export type Reach = 'far' | 'near'

const MOST_FAR = 2
const MOST = 3

/**
 * Calls that may never come back. Node has four threads for all files and foreign functions, and each such call holds
 * one until the kernel gives it up: two may be under way to what is known to hang, three in all, so that one is free.
 */
export class UnansweredCalls {
  readonly #underWay: Record<Reach, number> = { far: 0, near: 0 }
  #nextEnd = Promise.withResolvers<void>()

  get areUnderWay(): boolean {
    return this.#underWay.far + this.#underWay.near > 0
  }

  /** Answers what to call when the call has come back; null: there is no room, and it must not be made. */
  begin(reach: Reach): (() => void) | null {
    const { far, near } = this.#underWay
    if (far + near >= MOST || (reach === 'far' && far >= MOST_FAR)) return null
    this.#underWay[reach]++
    return () => {
      this.#underWay[reach]--
      this.#nextEnd.resolve()
      this.#nextEnd = Promise.withResolvers()
    }
  }

  /** As `begin`, after waiting for room. */
  async beginWithin(reach: Reach, limitMs: number): Promise<(() => void) | null> {
    const untilMs = performance.now() + limitMs
    for (;;) {
      const ended = this.begin(reach)
      const leftMs = untilMs - performance.now()
      if (ended !== null || leftMs <= 0) return ended
      await endsWithin(this.#nextEnd.promise, leftMs)
    }
  }
}

/** Of this process, as its threads are. */
export const unansweredCalls = new UnansweredCalls()

/** Whether it ended in time; it goes on where it did not. Rejects as it does. */
export async function endsWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
