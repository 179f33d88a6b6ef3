import type { GpuSample } from '../../gpu/gpu.ts'
import { cleanName } from '../../text/clean.ts'
import {
  type Registry,
  type RegistryValue,
  registryNumber,
  registryText,
  valueNamed,
} from '../registry.ts'

/** What does not change about an adapter. */
export interface AdapterFacts {
  luid: string
  name: string | null
  vendor: GpuSample['vendor']
  driver: string | null
  memoryTotalBytes: number | null
  sharedMemoryTotalBytes: number | null
  /** Draws by the CPU: no card. */
  isSoftware: boolean
}

const KEY = String.raw`SOFTWARE\Microsoft\DirectX`

// Source: the PCI ID repository.
const VENDORS = new Map<number, GpuSample['vendor']>([
  [0x10de, 'nvidia'],
  [0x1002, 'amd'],
  [0x1022, 'amd'],
  [0x8086, 'intel'],
])
const MICROSOFT = 0x1414

/** Adapters as Direct3D writes them down at every start, by LUID. Empty where it did not (before Windows 10). */
export function readAdapters(registry: Registry): Map<string, AdapterFacts> {
  const adapters = new Map<string, AdapterFacts>()
  const keys = registry.keys('machine', KEY)
  for (const key of keys.kind === 'ok' ? keys.value : []) {
    const values = registry.values('machine', `${KEY}\\${key}`)
    const facts = values.kind === 'ok' ? adapterFacts(values.value) : null
    if (facts !== null) adapters.set(facts.luid, facts)
  }
  return adapters
}

/** null: the key is of something else. */
export function adapterFacts(values: readonly RegistryValue[]): AdapterFacts | null {
  const number = (name: string) => registryNumber(valueNamed(values, name))
  const luid = number('AdapterLuid')
  if (luid === null) return null
  const vendor = Number(number('VendorId') ?? 0n)
  const name = cleanName((registryText(valueNamed(values, 'Description')) ?? '').trim())
  const bytes = (value: string) => {
    const size = Number(number(value) ?? 0n)
    return size === 0 ? null : size
  }
  return {
    luid: luidName(luid),
    name: name === '' ? null : name,
    vendor: VENDORS.get(vendor) ?? 'other',
    driver: versionText(number('DriverVersion')),
    memoryTotalBytes: bytes('DedicatedVideoMemory'),
    sharedMemoryTotalBytes: bytes('SharedSystemMemory'),
    isSoftware: vendor === MICROSOFT,
  }
}

const hex = (value: bigint) => `0x${value.toString(16).padStart(8, '0')}`

/** As the counters have it. */
const luidName = (luid: bigint) => `${hex(luid >> 32n)}_${hex(luid & 0xffff_ffffn)}`

/** Four numbers of 16 bits. */
function versionText(version: bigint | null): string | null {
  if (version === null || version === 0n) return null
  return [48n, 32n, 16n, 0n].map((shift) => String((version >> shift) & 0xffffn)).join('.')
}
