/**
 * What every service shares. A service in a few lines:
 *
 * ```ts
 * const config = readConfig('stats')                       // throws ConfigError: print its message, exit 1
 * const service = await createService({ config, peers: createPeerLookup({ ownerUid: config.ownerUid }) })
 * const hub = new StreamHub({ onDemand: (intervalMs) => sampler.setInterval(intervalMs) })
 * addStream(service, '/api/stats/stream', hub)
 * service.app.get('/api/stats', { schema: { response: { 200: SystemStats } } }, async () => …)
 * await startListening(service)                            // throws PortTakenError: print its message, exit 1
 * stopOnSignals(service, { onStop: () => sampler.stop() })
 * ```
 *
 * **Routes.** `service.app` is Fastify with TypeBox types. Access is closed by default: GET needs `read`, everything
 * else `control` (control token, 5 a second, burst 20, `application/json` only). Say `config: { access: … }` to
 * differ. All of that has happened before a handler runs. `request.caller` tells scope, way and the token's audit id;
 * `request.callerOrigin` the origin. Plain text as an answer: `reply.type('text/plain')`; one shared string of JSON:
 * `reply.type('application/json').send(text)`.
 *
 * **Errors.** `throw new ServiceError(code, sentence, { detail })` with a code of the contracts; anything else thrown
 * is a bug: logged whole, answered as a bare 500. Missing `start_id` and malformed `:pid` get their own codes.
 *
 * **Streams.** `hub.publish({ snapshot: () => text, delta: text | null })` once a tick; `hub.noteReader()` in the HTTP
 * route of the same data, so that a polling page counts as a viewer; `hub.fastestAskedIntervalMs()`.
 *
 * **Faults that repeat.** `service.logOnce.warn(kind, facts, sentence)`: one line per kind per minute.
 *
 * **Tests.** `createService` with `{ ...config, port: 8000 }` answers `service.app.inject({ url, headers: { host:
 * 'localhost:8000' } })`; with `port: 0` and `startListening` it takes a free port. `peers: { relationOf: () =>
 * 'same_user' }` is a caller who may read.
 */
export { ConfigError, PortTakenError } from '@taskmanager/local-server'
export { addStream } from './add-stream.ts'
export type { Caller, PeerConnection, PeerLookup, PeerRelation } from './callers.ts'
export { closeService, stopOnSignals, type Stop, type StopOptions } from './close.ts'
export { readConfig, type LogLevel, type ServiceConfig } from './config.ts'
export { createService, type Service, type ServiceOptions } from './create-service.ts'
export { ServiceError } from './errors.ts'
export { FirstSample } from './first-sample.ts'
export type { Access } from './guard.ts'
export { startListening, type Listening } from './listen.ts'
export { LogOnce } from './log-once.ts'
export { withoutSecrets } from './logging.ts'
export {
  METRIC_TYPES,
  metricFormatOf,
  writeMetrics,
  type MetricFamily,
  type MetricSample,
} from './open-metrics.ts'
export { OwnCostMeter, type SweepCost } from './own-cost.ts'
export type { ServiceApp } from './service-app.ts'
export { IDLE_INTERVAL_MS, StreamHub, WATCHED_INTERVAL_MS, type StreamFrame } from './stream-hub.ts'
export * from './tokens.ts'
export { UNUSED_EXIT_CODE, UnusedWatch } from './unused-watch.ts'
