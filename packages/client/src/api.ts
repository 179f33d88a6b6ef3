import type {
  ActionList,
  ActionsQuery,
  AskedField,
  AffinityRequest,
  EfficiencyRequest,
  AppCloseAnswer,
  AppCloseRequest,
  AppSuspendRequest,
  AppListBody,
  ControlOutcome,
  Health,
  InfoSection,
  IoPriorityRequest,
  KillRequest,
  PortList,
  PriorityRequest,
  NetworkUse,
  DriveHealthList,
  ContainerList,
  ServiceLog,
  ServiceScope,
  SessionList,
  ProcessFigures,
  ProcessInfo,
  ProcessListBody,
  ServiceAction,
  ServiceList,
  StartupAction,
  StartupList,
  StartupOutcome,
  StartupRequest,
  ServiceOutcome,
  ServiceRequest,
  SuspendRequest,
  SystemInfo,
  SystemStats,
} from '@taskmanager/contracts'
import { BEARER_PROTOCOL_PREFIX, STREAM_PROTOCOL } from '@taskmanager/contracts'
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios'
import { ApiError, toApiError, wrongProgram } from './api-error.ts'
import { createControlSession, type LiveService, type ServiceHttp } from './session.ts'
import {
  isActionList,
  isAppList,
  isHealth,
  isOutcome,
  isOutcomes,
  isPortList,
  isNetworkUse,
  isDriveHealthList,
  isContainerList,
  isServiceLog,
  isSessionList,
  isProcessFigures,
  isProcessInfo,
  isSessionScope,
  isProcessList,
  isServiceList,
  isStartupList,
  isStartupOutcome,
  isServiceOutcome,
  isStats,
  isSystem,
  type IsShaped,
} from './shapes.ts'

export interface ApiOptions {
  readonly ports: Readonly<Record<LiveService, number>>
  /** Name of the computer as the services accept it; `localhost` by default. */
  readonly host?: string
  /** By TLS, as services are reached on other computers. */
  readonly secure?: boolean
  /** One-time code from the launcher (security.md T6); `null` where the operating system vouches for us. */
  readonly launchCode?: string | null
  /** Milliseconds until a read is given up. Control answers take up to 3 s by design and get more. */
  readonly timeoutMs?: number
}

export interface InfoOptions {
  readonly include?: readonly InfoSection[]
  readonly startId?: string
  readonly signal?: AbortSignal
}

/** Typed calls of both services. Every rejection is an `ApiError`. */
export interface Api {
  readonly ports: Readonly<Record<LiveService, number>>
  getStats(signal?: AbortSignal): Promise<SystemStats>
  getSystem(signal?: AbortSignal): Promise<SystemInfo>
  getProcesses(signal?: AbortSignal): Promise<ProcessListBody>
  getApps(signal?: AbortSignal): Promise<AppListBody>
  getProcessInfo(pid: number, options?: InfoOptions): Promise<ProcessInfo>
  /** Who listens, and who is connected. */
  getPorts(signal?: AbortSignal): Promise<PortList>
  /** Services of the machine and of the session. */
  getServices(signal?: AbortSignal): Promise<ServiceList>
  /** What starts with the session or the machine, services aside. */
  getStartup(signal?: AbortSignal): Promise<StartupList>
  /** What was done to processes and services, newest first; `before` is the `next` of the answer before. */
  getActions(query?: ActionsQuery, signal?: AbortSignal): Promise<ActionList>
  /** Figures that the lists leave out because they are dear; a reason to ask only while they are shown. */
  getProcessFigures(fields: readonly AskedField[], signal?: AbortSignal): Promise<ProcessFigures>
  /** Who uses the network; rates need a reading before this one, at most 30 s old. */
  getNetworkUse(signal?: AbortSignal): Promise<NetworkUse>
  /** What the drives said when they were last asked. */
  getDriveHealth(signal?: AbortSignal): Promise<DriveHealthList>
  getContainers(signal?: AbortSignal): Promise<ContainerList>
  /** Needs the control token, as orders do. */
  getServiceLog(scope: ServiceScope, name: string, signal?: AbortSignal): Promise<ServiceLog>
  /** Who is signed in. */
  getSessions(signal?: AbortSignal): Promise<SessionList>
  getHealth(service: LiveService, signal?: AbortSignal): Promise<Health>
  kill(pid: number, body: KillRequest): Promise<ControlOutcome>
  suspend(pid: number, body: SuspendRequest): Promise<ControlOutcome>
  resume(pid: number, body: SuspendRequest): Promise<ControlOutcome>
  setPriority(pid: number, body: PriorityRequest): Promise<ControlOutcome>
  setAffinity(pid: number, body: AffinityRequest): Promise<ControlOutcome>
  setIoPriority(pid: number, body: IoPriorityRequest): Promise<ControlOutcome>
  /** Of Windows. */
  setEfficiency(pid: number, body: EfficiencyRequest): Promise<ControlOutcome>
  closeApp(body: AppCloseRequest): Promise<AppCloseAnswer>
  suspendAll(body: AppSuspendRequest): Promise<AppCloseAnswer>
  switchStartup(action: StartupAction, body: StartupRequest): Promise<StartupOutcome>
  orderService(action: ServiceAction, body: ServiceRequest): Promise<ServiceOutcome>
  resumeAll(body: AppSuspendRequest): Promise<AppCloseAnswer>
  /** Gets the control token ready. Resolves to `null`, or to the reason why there is no control. */
  readyControl(): Promise<ApiError | null>
  /** Call when a stream was lost: the service proves itself again before the token is next sent. */
  distrust(service: LiveService): void
  pasteToken(token: string): void
  /** Both ends of a stream: the address, and the subprotocols (with the token where reading needs one). */
  streamUrl(service: LiveService): string
  streamProtocols(service: LiveService): Promise<string[]>
  /** Something listens on the port, but it is not our service (it does not answer as ours does). */
  isWrongProgram(service: LiveService): Promise<boolean>
}

const STREAM_PATHS = { stats: '/api/stats/stream', accuracy: '/api/processes/stream' } as const
const CONTROL_TIMEOUT_MS = 15_000
/** The system may ask the user for a password first. */
const SERVICE_TIMEOUT_MS = 75_000

export function createApi(options: ApiOptions): Api {
  const { ports, host = 'localhost', launchCode = null, timeoutMs = 5000 } = options
  const tls = options.secure === true ? 's' : ''
  const connect = (name: LiveService): ServiceHttp => ({
    name,
    port: ports[name],
    http: axios.create({ baseURL: `http${tls}://${host}:${ports[name]}`, timeout: timeoutMs }),
  })
  const services = { stats: connect('stats'), accuracy: connect('accuracy') }
  const session = createControlSession([services.stats, services.accuracy], launchCode)
  // Same user, same computer reads without a token (P0); learnt from the first 401.
  const readsNeedToken = { stats: false, accuracy: false }

  /** @throws ApiError `wrong_program` for an answer that is none of ours */
  async function read<T>(
    name: LiveService,
    path: string,
    isShaped: IsShaped<T>,
    config: AxiosRequestConfig,
  ): Promise<T> {
    const service = services[name]
    const answer = await ask(name, path, config)
    if (!isShaped(answer)) throw wrongProgram(service.port)
    return answer
  }

  async function ask(name: LiveService, path: string, config: AxiosRequestConfig) {
    const service = services[name]
    if (!readsNeedToken[name]) {
      try {
        return (await service.http.get<unknown>(path, config)).data
      } catch (error) {
        const known = toApiError(error, service.port)
        if (known.status !== 401) throw known
        readsNeedToken[name] = true
      }
    }
    return withToken(service, (http, headers) => http.get<unknown>(path, { ...config, headers }))
  }

  async function post<T>(
    path: string,
    body: object,
    isShaped: IsShaped<T>,
    timeout = CONTROL_TIMEOUT_MS,
  ): Promise<T> {
    const answer = await withToken(services.stats, (http, headers) =>
      http.post<unknown>(path, body, { headers, timeout }),
    )
    if (isShaped(answer)) return answer
    const message = `Port ${ports.stats} answered in words that are not known here.`
    throw new ApiError({ status: 200, error: 'internal', message, id: null })
  }

  const toProcess = (pid: number, verb: string, body: object): Promise<ControlOutcome> =>
    post(`/api/process/${pid}/${verb}`, body, isOutcome)

  /** Sends with the token to a service that has proven itself; after a 401 once more with a fresh token. */
  async function withToken<T>(
    service: ServiceHttp,
    send: (http: AxiosInstance, headers: Record<string, string>) => Promise<{ data: T }>,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const token = await session.prove(service)
      try {
        return (await send(service.http, { authorization: `Bearer ${token}` })).data
      } catch (error) {
        const known = toApiError(error, service.port)
        if (known.status === 0) session.distrust(service.name)
        if (known.status !== 401 || attempt > 0) throw known
        session.forget()
      }
    }
  }

  const abortable = (signal?: AbortSignal): AxiosRequestConfig =>
    signal === undefined ? {} : { signal }

  return {
    ports,
    getStats: (signal) => read('stats', '/api/stats', isStats, abortable(signal)),
    getSystem: (signal) => read('stats', '/api/system', isSystem, abortable(signal)),
    getProcesses: (signal) => read('accuracy', '/api/processes', isProcessList, abortable(signal)),
    getApps: (signal) => read('accuracy', '/api/apps', isAppList, abortable(signal)),
    getProcessInfo: (pid, { include, startId, signal } = {}) =>
      read('stats', `/api/process/${pid}/info`, isProcessInfo, {
        ...abortable(signal),
        params: {
          ...(include !== undefined && include.length > 0 && { include: include.join(',') }),
          ...(startId !== undefined && { start_id: startId }),
        },
      }),
    getPorts: (signal) => read('stats', '/api/ports', isPortList, abortable(signal)),
    getStartup: (signal) => read('stats', '/api/startup', isStartupList, abortable(signal)),
    getServices: (signal) => read('stats', '/api/services', isServiceList, abortable(signal)),
    getActions: (query = {}, signal) =>
      read('stats', '/api/actions', isActionList, { ...abortable(signal), params: query }),
    getProcessFigures: (fields, signal) =>
      read('stats', '/api/process-figures', isProcessFigures, {
        ...abortable(signal),
        params: { fields: fields.join(',') },
      }),
    getNetworkUse: (signal) => read('stats', '/api/network-use', isNetworkUse, abortable(signal)),
    getDriveHealth: (signal) =>
      read('stats', '/api/drive-health', isDriveHealthList, abortable(signal)),
    getContainers: (signal) => read('stats', '/api/containers', isContainerList, abortable(signal)),
    async getServiceLog(scope, name, signal) {
      const config = { ...abortable(signal), params: { scope, name } }
      const answer = await withToken(services.stats, (http, headers) =>
        http.get<unknown>('/api/service/log', { ...config, headers }),
      )
      if (isServiceLog(answer)) return answer
      throw wrongProgram(ports.stats)
    },
    getSessions: (signal) => read('stats', '/api/sessions', isSessionList, abortable(signal)),
    async getHealth(name, signal) {
      try {
        const { data } = await services[name].http.get<unknown>('/health', abortable(signal))
        if (isHealth(data) && data.service === name) return data
      } catch (error) {
        throw toApiError(error, ports[name])
      }
      throw wrongProgram(ports[name])
    },
    kill: (pid, body) => toProcess(pid, 'kill', body),
    suspend: (pid, body) => toProcess(pid, 'suspend', body),
    resume: (pid, body) => toProcess(pid, 'resume', body),
    setPriority: (pid, body) => toProcess(pid, 'priority', body),
    setAffinity: (pid, body) => toProcess(pid, 'affinity', body),
    setIoPriority: (pid, body) => toProcess(pid, 'io-priority', body),
    setEfficiency: (pid, body) => toProcess(pid, 'efficiency', body),
    closeApp: (body) => post('/api/app/close', body, isOutcomes),
    suspendAll: (body) => post('/api/app/suspend', body, isOutcomes),
    resumeAll: (body) => post('/api/app/resume', body, isOutcomes),
    switchStartup: (action, body) => post(`/api/startup/${action}`, body, isStartupOutcome),
    orderService: (action, body) =>
      post(`/api/service/${action}`, body, isServiceOutcome, SERVICE_TIMEOUT_MS),
    async readyControl() {
      try {
        await session.prove(services.stats)
        if (!session.isPasted()) return null
        const answer = await withToken(services.stats, (http, headers) =>
          http.get<unknown>('/api/session', { headers }),
        )
        if (!isSessionScope(answer)) return wrongProgram(ports.stats)
        const { scope, reason } = answer
        if (scope === 'control') return null
        return new ApiError({
          status: 403,
          error: 'forbidden_scope',
          message: reason ?? 'This token may read only.',
          id: null,
        })
      } catch (error) {
        return toApiError(error, ports.stats)
      }
    },
    distrust: (name) => session.distrust(name),
    pasteToken: (token) => session.paste(token),
    streamUrl: (name) => `ws${tls}://${host}:${ports[name]}${STREAM_PATHS[name]}`,
    async streamProtocols(name) {
      if (!readsNeedToken[name]) return [STREAM_PROTOCOL]
      return [STREAM_PROTOCOL, BEARER_PROTOCOL_PREFIX + (await session.prove(services[name]))]
    },
    async isWrongProgram(name) {
      const said = await whoListens(services[name])
      if (said === 'silence') return false
      return said !== name || session.isImpostor(services[name])
    },
  }
}

/**
 * What the program on a port says it is. A stranger lets no other origin read its answers, which a page cannot tell from
 * silence. A request that gives up reading can: it fails only when nobody listens.
 */
async function whoListens({ port, http }: ServiceHttp): Promise<string> {
  const named = async () => {
    const { data } = await http.get<unknown>('/health')
    return isHealth(data) ? data.service : 'a stranger'
  }
  try {
    return await named()
  } catch (error) {
    if (toApiError(error, port).status !== 0) return 'a stranger'
  }
  try {
    await fetch(`${http.defaults.baseURL}/health`, {
      mode: 'no-cors',
      credentials: 'omit',
      signal: AbortSignal.timeout(2000),
    })
  } catch {
    return 'silence' // Nobody listens, or nobody answers in time.
  }
  try {
    return await named()
  } catch {
    return 'a stranger'
  }
}
