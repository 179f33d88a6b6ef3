import type { ContainerState } from '@taskmanager/contracts'
import { cleanName } from '../text/clean.ts'
import type { ContainerRecord } from './containers-provider.ts'

/** Of the engines' files only these facts are kept; what else is in them (environment, labels) goes no further. */
type Json = Readonly<Record<string, unknown>>

const ID = /^[0-9a-f]{64}$/

/** `config.v2.json` of docker; null: it is not shaped so. Source: moby, container/container.go. */
export function parseDockerConfig(text: string): ContainerRecord | null {
  const config = objectOf(parsed(text))
  const fullId = idOf(config['ID'])
  if (fullId === null) return null
  const state = objectOf(config['State'])
  return {
    fullId,
    engine: 'docker',
    name: nameOf(config['Name']),
    image: textOf(objectOf(config['Config'])['Image']),
    state: dockerState(state),
  }
}

function dockerState(state: Json): ContainerState | null {
  if (state['Paused'] === true) return 'paused'
  if (state['Restarting'] === true) return 'restarting'
  if (state['Running'] === true) return 'running'
  if (state['Dead'] === true) return 'dead'
  if (state['Running'] !== false) return null
  // It has never run: the year one, as Go writes no time.
  return String(state['StartedAt']).startsWith('0001-') ? 'created' : 'stopped'
}

/** `containers.json` and `volatile-containers.json` of podman; those of builders are left out. Source: containers/storage. */
export function parsePodmanContainers(text: string): ContainerRecord[] {
  const entries = parsed(text)
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    const container = objectOf(entry)
    const fullId = idOf(container['id'])
    const metadata = objectOf(parsed(String(container['metadata'])))
    const names: unknown = container['names']
    const name = textOf(metadata['name']) ?? textOf(Array.isArray(names) ? names[0] : null)
    if (fullId === null || textOf(metadata['name']) === null) return []
    return [{ fullId, engine: 'podman', name, image: textOf(metadata['image-name']), state: null }]
  })
}

/** `config.json` of a container that runs, with the annotations of Kubernetes and of nerdctl. Source: OCI runtime-spec. */
export function parseOciConfig(text: string, fullId: string): ContainerRecord | null {
  const notes = objectOf(objectOf(parsed(text))['annotations'])
  const first = (...keys: string[]) =>
    keys.map((key) => textOf(notes[key])).find((value) => value !== null) ?? null
  const container = first('io.kubernetes.cri.container-name', 'io.kubernetes.container.name')
  const pod = first('io.kubernetes.cri.sandbox-name', 'io.kubernetes.pod.name')
  const image = first('io.kubernetes.cri.image-name', 'io.kubernetes.cri-o.ImageName')
  const inPod = pod === null ? container : `${pod}/${container ?? 'pause'}`
  const name = inPod ?? first('nerdctl/name')
  return name === null && image === null ? null : { fullId, engine: null, name, image, state: null }
}

const STATES: Readonly<Record<string, ContainerState>> = {
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  created: 'created',
  exited: 'stopped',
  dead: 'dead',
}

/** Answer of `GET /containers/json` of docker. Source: Docker Engine API, ContainerList. */
export function parseEngineList(text: string): ContainerRecord[] {
  const entries = parsed(text)
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    const container = objectOf(entry)
    const fullId = idOf(container['Id'])
    if (fullId === null) return []
    const names: unknown = container['Names']
    const state = textOf(container['State']) ?? ''
    return [
      {
        fullId,
        engine: 'docker',
        name: nameOf(Array.isArray(names) ? names[0] : null),
        image: textOf(container['Image']),
        state: Object.hasOwn(STATES, state) ? (STATES[state] ?? null) : null,
      },
    ]
  })
}

/** undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

const idOf = (value: unknown): string | null =>
  typeof value === 'string' && ID.test(value) ? value : null

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? cleanName(value) : null

/** docker writes a slash before it. */
const nameOf = (value: unknown): string | null =>
  typeof value === 'string' ? textOf(value.replace(/^\//, '')) : null
