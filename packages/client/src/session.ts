import type { AxiosInstance } from 'axios'
import { ApiError, toApiError, wrongProgram } from './api-error.ts'
import { createChallenge, expectedProof } from './proof.ts'
import { isHealth, isSession } from './shapes.ts'

export type LiveService = 'stats' | 'accuracy'

/** One service: where it is and how to ask it. */
export interface ServiceHttp {
  readonly name: LiveService
  readonly port: number
  readonly http: AxiosInstance
}

export interface ControlSession {
  /** The control token, obtained when there is none. @throws ApiError `unauthorized` when no service hands one out */
  token(): Promise<string>
  /** Checks the proof of a service, once per token. @throws ApiError `wrong_program`, `no_answer` */
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
  /** A token pasted by the user. It is checked by its first use, not here. */
  paste(token: string): void
}

/**
 * Keeps the control token of this tab in memory only (security.md P1, T7). It asks the stats service, else the
 * accuracy service; both know the same token. Concurrent callers share one request.
 */
export function createControlSession(
  services: readonly ServiceHttp[],
  launchCode: string | null,
): ControlSession {
  let current: Promise<string> | null = null
  let code = launchCode
  const proven = new Map<LiveService, Promise<void>>()

  function forget(): void {
    current = null
    proven.clear()
  }

  async function obtain(from: readonly ServiceHttp[] = services): Promise<string> {
    let reason: unknown
    // Only the accuracy service knows codes; whoever else was told one could redeem it there.
    const asked = code === null ? from : from.filter(({ name }) => name === 'accuracy')
    for (const { http, port } of asked) {
      try {
        const body = code === null ? {} : { code }
        const { data } = await http.post<unknown>('/api/session', body)
        if (!isSession(data)) throw wrongProgram(port)
        code = null
        return data.token
      } catch (error) {
        reason = toApiError(error, port)
      }
    }
    throw reason
  }

  function token(): Promise<string> {
    if (current !== null) return current
    const request = obtain()
    current = request
    request.catch(() => {
      if (current === request) current = null
    })
    return request
  }

  async function check(service: ServiceHttp, controlToken: string): Promise<void> {
    const challenge = createChallenge()
    const [{ data }, expected] = await Promise.all([
      service.http.get<unknown>('/health', { params: { challenge } }).catch((error: unknown) => {
        throw toApiError(error, service.port)
      }),
      expectedProof(controlToken, service.name, challenge),
    ])
    if (isHealth(data) && data.service === service.name && data.proof === expected) return
    throw wrongProgram(service.port)
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
    token,
    forget,
    isImpostor,
    distrust(service) {
      proven.delete(service)
    },
    async prove(service) {
      const controlToken = await token()
      let proof = proven.get(service.name)
      if (proof === undefined) {
        proof = check(service, controlToken)
        proven.set(service.name, proof)
        proof.catch(() => proven.delete(service.name))
      }
      await proof
      return controlToken
    },
    paste(pasted) {
      forget()
      current = Promise.resolve(pasted.trim())
    },
  }
}
