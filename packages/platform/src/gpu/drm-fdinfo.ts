/** What one engine of a client did since the client was opened. */
export interface FdinfoEngine {
  busyNs: number | null
  cycles: number | null
  totalCycles: number | null
  /** Identical engines behind the name. */
  capacity: number
}

/** One open file of a DRM driver: a client of a card. */
export interface Fdinfo {
  driver: string
  /** PCI address; null for cards that are on no PCI bus. */
  pdev: string | null
  clientId: string
  engines: Map<string, FdinfoEngine>
  /** Bytes resident, by region of memory. */
  memory: Map<string, number>
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
])
/** The best word of a region comes last: what is allocated, what an older driver called used, what is resident. */
const MEMORY_KEYS = ['drm-total-', 'drm-memory-', 'drm-resident-'] as const
const LINE = /^(drm-[\w.-]+):[ \t]*(\S+)(?:[ \t]+(\S+))?[ \t]*$/gm

/**
 * Parses `/proc/<pid>/fdinfo/<fd>` of a file of `/dev/dri` or `/dev/accel`. Source: gpu/drm-usage-stats.rst of the kernel.
 * Null when it is no client of a card, or of a kernel too old to tell (before 5.19): nothing there can be counted once.
 */
export function parseFdinfo(text: string): Fdinfo | null {
  const values = new Map<string, { value: string; unit: string }>()
  for (const [, key = '', value = '', unit = ''] of text.matchAll(LINE))
    values.set(key, { value, unit })
  const driver = values.get('drm-driver')?.value
  const clientId = values.get('drm-client-id')?.value
  if (driver === undefined || clientId === undefined) return null
  const number = (key: string): number | null => numberOf(values.get(key))
  const engines = new Map<string, FdinfoEngine>()
  for (const key of values.keys()) {
    const name = engineName(key)
    if (name === null || engines.has(name)) continue
    engines.set(name, {
      busyNs: number(`drm-engine-${name}`),
      cycles: number(`drm-cycles-${name}`),
      totalCycles: number(`drm-total-cycles-${name}`),
      capacity: Math.max(1, number(`drm-engine-capacity-${name}`) ?? 1),
    })
  }
  const memory = new Map<string, number>()
  for (const prefix of MEMORY_KEYS) {
    for (const key of values.keys()) {
      if (!key.startsWith(prefix) || key.startsWith('drm-total-cycles-')) continue
      const bytes = number(key)
      if (bytes !== null) memory.set(key.slice(prefix.length), bytes)
    }
  }
  return { driver, pdev: values.get('drm-pdev')?.value ?? null, clientId, engines, memory }
}

function engineName(key: string): string | null {
  if (key.startsWith('drm-engine-capacity-')) return null
  if (key.startsWith('drm-engine-')) return key.slice('drm-engine-'.length)
  return key.startsWith('drm-cycles-') ? key.slice('drm-cycles-'.length) : null
}

function numberOf(entry: { value: string; unit: string } | undefined): number | null {
  if (entry === undefined || !/^\d{1,20}$/.test(entry.value)) return null
  return Number(entry.value) * (UNITS.get(entry.unit) ?? 1)
}

/** Words for the engines of the drivers; what is not here keeps the driver's own. */
const ENGINE_WORDS: Readonly<Record<string, string>> = {
  gfx: '3D',
  render: '3D',
  rcs: '3D',
  compute: 'compute',
  ccs: 'compute',
  dma: 'copy',
  copy: 'copy',
  bcs: 'copy',
  dec: 'decode',
  jpeg: 'decode',
  enc: 'encode',
  enc_1: 'encode',
  video: 'video',
  vcs: 'video',
  'video-enhance': 'video enhance',
  vecs: 'video enhance',
  'npu-amdxdna': 'NPU',
  amdxdna_accel_driver: 'NPU',
}

export const engineWord = (name: string): string =>
  Object.hasOwn(ENGINE_WORDS, name) ? (ENGINE_WORDS[name] ?? name) : name

/** Memory on the card itself: `vram` of amdgpu and nouveau, `vram0` of xe, `local0` of i915. */
export const isOnCard = (region: string): boolean => /^(?:vram|local)\d*$/.test(region)
