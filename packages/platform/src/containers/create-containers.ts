import { homedir } from 'node:os'
import path from 'node:path'
import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { ContainerRecords, EngineFiles } from './container-records.ts'
import type { ContainersProvider } from './containers-provider.ts'

const TASKS = '/run/containerd/io.containerd.runtime.v2.task'

/** Containers of this machine; null where no provider can tell yet. */
export async function createContainers(
  options: PlatformOptions = defaultOptions,
): Promise<ContainersProvider | null> {
  const records = await createContainerRecords(options)
  if (records === null) return null
  const { LinuxContainers } = await import('./linux-containers.ts')
  return new LinuxContainers(options, records)
}

/** What engines tell of their containers; null where there are none to tell. */
export async function createContainerRecords(
  options: PlatformOptions = defaultOptions,
): Promise<ContainerRecords | null> {
  if (process.platform !== 'linux') return null
  const { ContainerRecords: Records } = await import('./container-records.ts')
  return new Records(engineFiles(options.procRoot), options.clock)
}

/** As the engines are set up where nobody changed that. */
function engineFiles(procRoot: string): EngineFiles {
  const { XDG_RUNTIME_DIR, XDG_DATA_HOME } = process.env
  const runtimeDir = absolute(XDG_RUNTIME_DIR) ?? `/run/user/${process.getuid?.()}`
  const dataHome = absolute(XDG_DATA_HOME) ?? path.join(homedir(), '.local/share')
  return {
    procRoot,
    docker: '/var/lib/docker/containers',
    dockerSocket: [path.join(runtimeDir, 'docker.sock'), '/run/docker.sock'],
    podman: ['/var/lib/containers/storage', path.join(dataHome, 'containers/storage')],
    podmanRun: ['/run/containers/storage', path.join(runtimeDir, 'containers')],
    bundles: [
      [path.join(TASKS, 'k8s.io'), ''],
      [path.join(TASKS, 'default'), ''],
      ['/run/containers/storage/overlay-containers', 'userdata'],
    ],
  }
}

const absolute = (directory: string | undefined): string | null =>
  directory !== undefined && path.isAbsolute(directory) ? directory : null
