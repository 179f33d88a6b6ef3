import type { ContainerEngine } from '@taskmanager/contracts'
import { cleanName } from '../text/clean.ts'
import { unescapeUnit } from './unit-name.ts'

/** The container a cgroup belongs to. */
export interface ContainerPlace {
  /** The first 12 characters of an engine's id, as the tools print it, or the name. */
  id: string
  /** Whole, as the files of engines are called. */
  fullId: string
  /** null: its path names none that is known. */
  engine: ContainerEngine | null
  /** Cgroup of the container as a whole, the beginning of the path. */
  folder: string
}

interface Found {
  fullId: string
  engine: ContainerEngine | null
}

const SHOWN_ID = 12
const HEX_ID = /^(?:(.*)[-:])?([0-9a-f]{64})(?:\.scope)?$/
const MACHINE = /^machine-(.+)\.scope$/
const NSPAWN = /^systemd-nspawn@(.+)\.service$/

/**
 * The outermost container of a cgroup path; null: it is in none. Monitors of containers (conmon, lxc-start, the
 * supervisor of systemd-nspawn) are not in them, and virtual machines of libvirt are none. Source: how docker, podman,
 * containerd, cri-o, lxc and systemd-nspawn name their cgroups.
 */
export function containerOfPath(path: string): ContainerPlace | null {
  const parts = path.split('/')
  for (const [at, part] of parts.entries()) {
    const found = isMonitor(part) ? 'monitor' : foundAt(parts, at, part)
    if (found === 'monitor') return null
    if (found === null) continue
    const { fullId, engine } = found
    const id = engine === 'lxc' || engine === 'nspawn' ? fullId : fullId.slice(0, SHOWN_ID)
    return { id: cleanName(id), fullId, engine, folder: parts.slice(0, at + 1).join('/') }
  }
  return null
}

const isMonitor = (part: string): boolean => /(?:^|-)conmon-|^lxc\.monitor/.test(part)

function foundAt(parts: readonly string[], at: number, part: string): Found | 'monitor' | null {
  const parent = parts[at - 1] ?? ''
  const hex = HEX_ID.exec(part)
  if (hex !== null && !isPodmanPod(parent, part)) {
    const [, prefix = '', fullId = ''] = hex
    return { fullId, engine: engineOf(parts.slice(0, at), prefix) }
  }
  if (part === '') return null
  const payload = /^lxc\.payload\.(.+)$/.exec(part)?.[1]
  if (payload !== undefined) return { fullId: payload, engine: 'lxc' }
  if (parent === 'lxc' || parent === 'lxc.payload') return { fullId: part, engine: 'lxc' }
  return parent === 'machine.slice' ? machineAt(part, parts[at + 1]) : null
}

/** Podman without systemd puts containers of a pod into a cgroup that is called by the id of the pod. */
const isPodmanPod = (parent: string, part: string): boolean =>
  parent === 'libpod_parent' && !part.startsWith('libpod-')

function engineOf(above: readonly string[], prefix: string): ContainerEngine | null {
  if (/kubepods/.test(`${above.join('/')}/${prefix}`)) return 'kubernetes'
  if (/(?:^|:)(?:crio|cri-containerd)$/.test(prefix)) return 'kubernetes'
  const parent = above.at(-1) ?? ''
  if (prefix === 'docker' || parent === 'docker') return 'docker'
  // `libpod-payload`: within the unit that started it (`--cgroups=split`, Quadlet).
  if (prefix === 'libpod' || prefix === 'libpod-payload') return 'podman'
  return prefix === 'nerdctl' || parent === 'default' ? 'containerd' : null
}

/** Of systemd-machined: also virtual machines are registered there. */
function machineAt(part: string, below: string | undefined): Found | 'monitor' | null {
  const raw = MACHINE.exec(part)?.[1] ?? NSPAWN.exec(part)?.[1]
  if (raw === undefined) return null
  if (below === 'supervisor') return 'monitor'
  const name = unescapeUnit(raw)
  if (name.startsWith('qemu-')) return null
  return { fullId: name, engine: name.startsWith('lxc-') ? 'lxc' : 'nspawn' }
}
