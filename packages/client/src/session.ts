import type { AxiosInstance } from 'axios'
import { ApiError, toApiError, wrongProgram } from './api-error.ts'
import { createChallenge, deriveReadToken, expectedProof } from './proof.ts'
import { isHealth, isSession } from './shapes.ts'

export type LiveService = 'stats' | 'accuracy'

/** One service: where it is and how to ask it. */
export interface ServiceHttp {
  readonly name: LiveService
  readonly port: number
  readonly http: AxiosInstance
}

export interface ControlSession {
  /**
   * The token, obtained when there is none, once the service has shown that it knows it.
   * @throws ApiError `unauthorized` when no service hands one out, `wrong_program`, `no_answer`
   */
  prove(service: ServiceHttp): Promise<string>
  /**
   * Whether somebody who says to be this service cannot prove it. Asked without a token in hand, the other service is
   * asked for one, never the suspect; where that hands none out it is not known, and false.
   */
  isImpostor(suspect: ServiceHttp): Promise<boolean>
  /** The connection to a service was lost: whoever listens there next must prove itself anew. */
  distrust(service: LiveService): void
  /** Forget the token and every proof: after a 401. */
  forget(): void
  /** A token pasted by the user, of either kind. It is checked by its first use, not here. */
  paste(token: string): void
  /** Whether the token in hand was pasted: what it allows is then for the service to say. */
  isPasted(): boolean
}

interface Held {
  readonly token: string
  readonly pasted: boolean
  /** A service has shown that it knows the token. */
  known: boolean
}

/**
 * Keeps the control token of this tab in memory only (security.md P1, T7). It asks the stats service, else the
 * accuracy service; both know the same token. Concurrent callers share one request.
 */
export function createControlSession(
  services: readonly ServiceHttp[],
  launchCode: string | null,
): ControlSession {
  let current: Promise<Held> | null = null
  let pasted = false
  let code = launchCode
  const proven = new Map<LiveService, Promise<void>>()

  function forget(): void {
    current = null
    pasted = false
    proven.clear()
  }

  async function obtain(from: readonly ServiceHttp[] = services): Promise<Held> {
    let reason: unknown
    // Only the accuracy service knows codes; whoever else was told one could redeem it there.
    const asked = code === null ? from : from.filter(({ name }) => name === 'accuracy')
    for (const { http, port } of asked) {
      try {
        const body = code === null ? {} : { code }
        const { data } = await http.post<unknown>('/api/session', body)
        if (!isSession(data)) throw wrongProgram(port)
        code = null
        return { token: data.token, pasted: false, known: false }
      } catch (error) {
        const refusal = toApiError(error, port)
        if (refusal.status === 401) code = null // used or too old: it buys nothing any more
        reason = refusal
      }
    }
    throw reason
  }

  function hold(): Promise<Held> {
    if (current !== null) return current
    const request = obtain()
    current = request
    request.catch(() => {
      if (current === request) current = null
    })
    return request
  }

  async function check(service: ServiceHttp, held: Held): Promise<void> {
    const challenge = createChallenge()
    const { token } = held
    const readToken = await deriveReadToken(token)
    const [{ data }, ...expected] = await Promise.all([
      service.http.get<unknown>('/health', { params: { challenge } }).catch((error: unknown) => {
        throw toApiError(error, service.port)
      }),
      expectedProof(readToken, service.name, challenge),
      ...(held.pasted ? [expectedProof(token, service.name, challenge)] : []), // it may be a read token itself
    ])
    if (!isHealth(data) || data.service !== service.name) throw wrongProgram(service.port)
    if (expected.includes(data.proof ?? '')) {
      held.known = true
      return
    }
    if (!held.pasted || held.known) throw wrongProgram(service.port)
    forget()
    throw new ApiError({
      status: 401,
      error: 'unauthorized',
      message: `The service on port ${service.port} does not know this token, and was not told it. Copy it again from its file.`,
      id: null,
    })
  }

  async function isImpostor(suspect: ServiceHttp): Promise<boolean> {
    try {
      const others = services.filter(({ name }) => name !== suspect.name)
      await check(suspect, await (current ?? obtain(others)))
      return false
    } catch (error) {
      return error instanceof ApiError && error.error === 'wrong_program'
    }
  }

  return {
    forget,
    isImpostor,
    distrust(service) {
      proven.delete(service)
    },
    async prove(service) {
      const held = await hold()
      let proof = proven.get(service.name)
      if (proof === undefined) {
        proof = check(service, held)
        proven.set(service.name, proof)
        proof.catch(() => proven.delete(service.name))
      }
      await proof
      return held.token
    },
    paste(text) {
      forget()
      pasted = true
      current = Promise.resolve({ token: text.trim(), pasted: true, known: false })
    },
    isPasted: () => pasted,
  }
}
