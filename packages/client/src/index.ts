/**
 * Typed access to both services, for browsers and Node. No React here.
 *
 *   const api = createApi({ ports: { stats: 8000, accuracy: 8001 } })
 *   await api.getStats(), api.getSystem(), api.getProcesses(), api.getApps(), api.getProcessInfo(pid, { include, startId })
 *   await api.getActions({ limit, before })                what was done to processes and services, newest first
 *   await api.getServices(), api.orderService('restart', { scope: 'system', name: 'nginx.service' })
 *   await api.getStartup(), api.switchStartup('disable', { id })       what starts with the session
 *   await api.kill(pid, { start_id, signal: 'TERM' })       also suspend, resume, setPriority, setIoPriority, setEfficiency, setAffinity, closeApp
 *     → ControlOutcome; every failure rejects with ApiError { status, error, message, id, detail }.
 *     The control token is fetched, proven and renewed by the api itself.
 *   openStream({ url, protocols, intervalMs, onFrame, onState })      reconnects, asks for its rate, reports its state
 *   applyProcessFrame(state, frame) → { state, added, ended } | null   unchanged rows keep their reference
 *   await inPieces(applyingProcessFrame(state, frame))                 the same without holding up the page
 */
export { createApi } from './api.ts'
export type { Api, ApiOptions, InfoOptions } from './api.ts'
export { ApiError, toApiError } from './api-error.ts'
export type { ClientErrorCode } from './api-error.ts'
export { applyingProcessFrame, applyLists, applyProcessFrame } from './process-table.ts'
export type { AppliedFrame, ProcessTableState } from './process-table.ts'
export { atOnce, inPieces, nextTask } from './pieces.ts'
export type { Pieces } from './pieces.ts'
export type { LiveService } from './session.ts'
export { isProcessFrame, isStats } from './shapes.ts'
export { openStream } from './stream.ts'
export type { Stream, StreamOptions, StreamState, StreamStatus } from './stream.ts'
