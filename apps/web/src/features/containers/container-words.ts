import type { Container, ContainerEngine } from '@taskmanager/contracts'
import { formatPercent } from '../../lib/format.ts'

/** From here on a quota is worth a word. */
const HELD_BACK_PERCENT = 20

const ENGINES: Readonly<Record<ContainerEngine, string>> = {
  docker: 'Docker',
  podman: 'Podman',
  kubernetes: 'Kubernetes',
  containerd: 'containerd',
  lxc: 'LXC',
  nspawn: 'systemd-nspawn',
}

/** By its name where one is known. */
export const containerTitle = ({ name, id }: Pick<Container, 'name' | 'id'>): string => name ?? id

export const engineWords = ({ engine }: Pick<Container, 'engine'>): string =>
  engine === null ? 'unknown' : ENGINES[engine]

export const isHeldBack = ({ throttled_percent: throttled }: Container): boolean =>
  throttled !== null && throttled >= HELD_BACK_PERCENT

export const NO_CGROUP = 'It has no cgroup of its own: its processes are not told from others'

/** Podman may start one without a cgroup: then its processes are not told from others. */
export const isAmongOthers = ({ processes, unknown }: Container): boolean =>
  processes > 0 && unknown['tasks'] === 'not_supported'

export function stateWords(container: Container): string {
  const { state } = container
  const word = `${state.charAt(0).toUpperCase()}${state.slice(1)}`
  return state === 'running' && isHeldBack(container) ? `${word}, held back` : word
}

/** What the state leaves out. */
export function stateTitle(container: Container): string {
  return isHeldBack(container)
    ? `It used up its CPU limit in ${formatPercent(container.throttled_percent)} of the time and had to wait.`
    : stateWords(container)
}

/** Of whom the traffic is. */
export function networkTitle({ network, unknown }: Container): string | undefined {
  if (network === 'machine') return 'It uses the network of the machine.'
  if (network === 'shared') return 'It shares this network with other containers of the list.'
  if (unknown['recv_bytes_per_second'] === 'first_sample') return 'Measuring, a few seconds.'
  return network === null && unknown['network'] === 'not_reported' ? 'Not reported.' : undefined
}
