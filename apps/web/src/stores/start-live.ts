/**
 * Connects the page: one stream per service, answers by HTTP while a stream is lost, the small request that measures
 * the answer time, pause, and the hidden tab. Called once by main.tsx.
 */
import {
  ApiError,
  isProcessFrame,
  isStats,
  openStream,
  type LiveService,
  type Stream,
  type StreamStatus,
} from '@taskmanager/client'
import { API_VERSION, type ProcessFrame, type SystemStats } from '@taskmanager/contracts'
import { connections, control, isSilent, updateConnection } from './connection.ts'
import { receiveLists, receiveProcessFrame, showProcesses } from './live-processes.ts'
import { receiveStats, showStats, systemInfo } from './live-stats.ts'
import { preferences } from './preferences.ts'
import { openSetting } from './commands.ts'
import { api } from './services.ts'
import { showToast } from './toasts.ts'

const HIDDEN_INTERVAL_MS = 5000
const HEALTH_EVERY_MS = 10_000
const SYSTEM_RETRY_MS = 5000
const CONTROL_RETRY_MS = 3000
const POLL_EVERY_MS = 2000
const SERVICES = ['stats', 'accuracy'] as const

export function startLive(): void {
  const streams: Record<LiveService, Stream> = {
    stats: connect('stats', (frame) => {
      const stats = frame as SystemStats
      if (!isOurVersion('stats', stats.api_version)) return
      receiveStats(stats)
      updateConnection('stats', { lastDataAtMs: stats.sampled_at_ms })
    }),
    accuracy: connect('accuracy', async (frame) => {
      const list = frame as ProcessFrame
      if (list.type === 'snapshot' && !isOurVersion('accuracy', list.api_version)) return
      if (connections.accuracy.get().otherVersion !== null) return
      if (await receiveProcessFrame(list)) {
        updateConnection('accuracy', { lastDataAtMs: list.sampled_at_ms })
      } else streams.accuracy.restart()
    }),
  }
  for (const service of SERVICES) {
    updateConnection(service, { retryNow: () => streams[service].retryNow() })
  }

  void fetchSystem()
  void refreshControl()
  setInterval(() => {
    const polled = SERVICES.filter((name) => connections[name].get().state === 'polling')
    if (!document.hidden && polled.length > 0) void poll(polled)
  }, POLL_EVERY_MS)
  setInterval(() => !document.hidden && void measure(), HEALTH_EVERY_MS)
  setTimeout(() => void measure(), 300)

  let before = ''
  const follow = (): void => {
    const { intervalMs, paused } = preferences.get()
    const wanted = document.hidden ? Math.max(HIDDEN_INTERVAL_MS, intervalMs) : intervalMs
    const now = `${wanted} ${paused} ${document.hidden}`
    if (now === before) return
    before = now
    streams.stats.setInterval(wanted)
    streams.accuracy.setInterval(wanted)
    const show = !paused && !document.hidden
    showStats(show)
    showProcesses(show)
  }
  preferences.subscribe(follow)
  document.addEventListener('visibilitychange', follow)
  follow()
}

const IS_FRAME = {
  stats: isStats,
  // Changes say no version of their own: after a whole picture of another one they may look otherwise.
  accuracy: (frame: unknown) =>
    connections.accuracy.get().otherVersion !== null || isProcessFrame(frame),
}

function connect(service: LiveService, onFrame: (frame: unknown) => void | Promise<void>): Stream {
  let before: StreamStatus['state'] | null = null
  return openStream({
    url: api.streamUrl(service),
    intervalMs: preferences.get().intervalMs,
    protocols: () => api.streamProtocols(service),
    isFrame: IS_FRAME[service],
    isWrongProgram: () => api.isWrongProgram(service),
    onFrame,
    onState: (status: StreamStatus) => {
      const isLive = status.state === 'live'
      const cameBack = isLive && before !== null && before !== 'live'
      before = status.state
      // Answers by HTTP go on while the stream is tried again: the state stays what the answers say.
      const polling = status.state === 'down' && connections[service].get().state === 'polling'
      // Who gets frames is refused no more: a pasted token may be known to the stream before anything else is asked.
      updateConnection(service, {
        ...(polling ? { retryAtMs: status.retryAtMs } : status),
        ...(isLive && { refused: false }),
      })
      if (isSilent(status.state)) api.distrust(service)
      if (status.state === 'down' && !polling) void poll([service])
      if (cameBack) {
        void measure()
        if (service === 'stats') {
          void refreshControl()
          void fetchSystem()
        }
      }
    },
  })
}

/** After an upgrade under an open page its names may mean other things: what was shown stays, dated, and no more comes. */
function isOurVersion(service: LiveService, version: number): boolean {
  const { otherVersion } = connections[service].get()
  if (version === API_VERSION) {
    if (otherVersion !== null) updateConnection(service, { otherVersion: null })
    return true
  }
  const other = version > API_VERSION ? 'newer' : 'older'
  updateConnection(service, { otherVersion: other, state: 'stale' })
  return false
}

/** One round of HTTP answers. Each service settles alone: one that is silent takes nothing from the other. */
async function poll(services: readonly LiveService[]): Promise<void> {
  await Promise.allSettled(services.map((name) => (name === 'stats' ? pollStats() : pollLists())))
}

async function pollStats(): Promise<void> {
  try {
    const stats = await api.getStats()
    if (!isOurVersion('stats', stats.api_version)) return
    receiveStats(stats)
    answered('stats', stats.sampled_at_ms)
  } catch (error) {
    unanswered('stats', error)
  }
}

async function pollLists(): Promise<void> {
  const [health, processes, apps] = await Promise.allSettled([
    api.getHealth('accuracy'),
    api.getProcesses(),
    api.getApps(),
  ])
  if (health.status === 'rejected') return unanswered('accuracy', health.reason)
  if (!isOurVersion('accuracy', health.value.api_version)) return
  if (processes.status === 'rejected') return unanswered('accuracy', processes.reason)
  // The stream is back: its next delta follows on its own frames, not on this answer.
  if (connections.accuracy.get().state === 'live') return
  await receiveLists(processes.value, apps.status === 'fulfilled' ? apps.value : null)
  answered('accuracy', processes.value.sampled_at_ms)
}

function answered(service: LiveService, sampledAtMs: number): void {
  updateConnection(service, {
    lastDataAtMs: sampledAtMs,
    refused: false,
    ...(connections[service].get().state === 'down' && { state: 'polling' as const }),
  })
}

function unanswered(service: LiveService, reason: unknown): void {
  const known = reason instanceof ApiError ? reason : null
  const refused = known?.status === 401 || known?.status === 403
  const { state } = connections[service].get()
  if (known?.error === 'wrong_program' && state !== 'live') {
    updateConnection(service, { refused: false, state: 'wrong_program' })
  } else {
    updateConnection(service, { refused, ...(state === 'polling' && { state: 'down' as const }) })
  }
}

async function measure(): Promise<void> {
  await Promise.allSettled(
    SERVICES.map(async (service) => {
      const begun = performance.now()
      try {
        const health = await api.getHealth(service)
        isOurVersion(service, health.api_version)
        updateConnection(service, { latencyMs: performance.now() - begun })
      } catch {
        updateConnection(service, { latencyMs: null })
      }
    }),
  )
}

let controlRetry: ReturnType<typeof setTimeout> | undefined

/** A refusal stands until somebody does something about it; what was only missed is asked for again. */
async function refreshControl(): Promise<void> {
  clearTimeout(controlRetry)
  const refusal = await api.readyControl()
  control.set(refusal)
  if (refusal?.isPassing === true)
    controlRetry = setTimeout(() => void refreshControl(), CONTROL_RETRY_MS)
}

/** The inventory is read slowly after a start; asked again until it is complete. */
async function fetchSystem(): Promise<void> {
  try {
    const system = await api.getSystem()
    if (systemInfo.get()?.elevated === true && !system.elevated) announceElevationEnded()
    systemInfo.set(system)
    if (system.inventory === 'complete') return
  } catch {
    return // The stream's return asks again.
  }
  setTimeout(() => void fetchSystem(), SYSTEM_RETRY_MS)
}

/** The service goes on with the rights of its user; why, and how to have more, stands in the settings. */
function announceElevationEnded(): void {
  showToast({
    kind: 'warn',
    text: 'Elevated mode ended: only own processes can be ended or changed now.',
    action: { label: 'How to allow', run: () => openSetting('ability-elevation') },
  })
}
