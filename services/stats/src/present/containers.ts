import type { Container, ContainerList } from '@taskmanager/contracts'
import type { ContainerSample, ContainersSample, NamespaceTraffic } from '@taskmanager/platform'
import { decimals, percent } from './round.ts'

/** Containers as the wire has them; rates by the sample before, where there is one. */
export function presentContainers(
  previous: ContainersSample | null,
  next: ContainersSample,
): ContainerList {
  const before = new Map(previous?.containers.map((one) => [one.id, one]))
  const seconds = previous === null ? null : (next.monotonicMs - previous.monotonicMs) / 1000
  const shared = sharedNetworks(next.containers)
  return {
    containers: next.containers.map((container) =>
      present(container, before.get(container.id), seconds, shared),
    ),
    notes: [...next.notes],
    sampled_at_ms: Math.round(next.epochMs),
  }
}

function present(
  container: ContainerSample,
  before: ContainerSample | undefined,
  seconds: number | null,
  shared: ReadonlySet<string>,
): Container {
  const { leader, network } = container
  const isSame = before?.leader?.startId === leader?.startId && before?.leader?.pid === leader?.pid
  const last = isSame ? before : undefined
  const isMachine = network?.isMachine === true
  const traffic = isMachine ? null : trafficBetween(last?.network ?? null, network, seconds)
  const noRate = isMachine ? 'not_supported' : 'first_sample'
  const unknownRates =
    traffic !== null || network === null
      ? {}
      : { recv_bytes_per_second: noRate, sent_bytes_per_second: noRate }
  return {
    id: container.id,
    name: container.name,
    image: container.image,
    engine: container.engine,
    state: container.state,
    app_id: `container:${container.id}`,
    processes: container.processes,
    pid: leader?.pid ?? null,
    start_id: leader?.startId ?? null,
    started_at_ms: leader?.startedAtMs ?? null,
    memory_bytes: container.memoryBytes,
    memory_limit_bytes: container.memoryLimitBytes,
    cpu_limit_count: decimals(container.cpuLimitCount, 2),
    throttled_percent: throttled(last?.periods ?? null, container.periods),
    tasks: container.tasks,
    tasks_limit: container.tasksLimit,
    network: network === null ? null : networkWord(network, shared),
    recv_bytes_per_second: traffic?.recv ?? null,
    sent_bytes_per_second: traffic?.sent ?? null,
    unknown: { ...container.unknown, ...unknownRates } as Container['unknown'],
  }
}

/** Networks of more than one of them: of the containers of a pod. */
function sharedNetworks(containers: readonly ContainerSample[]): ReadonlySet<string> {
  const keys = containers.flatMap(({ network }) => network?.key ?? [])
  return new Set(keys.filter((key, at) => keys.indexOf(key) !== at))
}

function networkWord(
  { key, isMachine }: NamespaceTraffic,
  shared: ReadonlySet<string>,
): 'own' | 'shared' | 'machine' {
  if (isMachine) return 'machine'
  return shared.has(key) ? 'shared' : 'own'
}

/** null: no sample before, or interfaces have gone since. */
function trafficBetween(
  before: NamespaceTraffic | null,
  now: NamespaceTraffic | null,
  seconds: number | null,
): { recv: number; sent: number } | null {
  if (before === null || now === null || seconds === null || seconds <= 0) return null
  const recv = now.recvBytes - before.recvBytes
  const sent = now.sentBytes - before.sentBytes
  if (before.key !== now.key || recv < 0 || sent < 0) return null
  return { recv: Math.round(recv / seconds), sent: Math.round(sent / seconds) }
}

function throttled(
  before: ContainerSample['periods'],
  now: ContainerSample['periods'],
): number | null {
  if (before === null || now === null) return null
  const all = now.all - before.all
  const waited = now.throttled - before.throttled
  // A quota counts only the periods in which something ran.
  if (all < 0 || waited < 0) return null
  return all === 0 ? 0 : percent((waited / all) * 100)
}
