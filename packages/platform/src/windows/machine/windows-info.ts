import { cpus, hostname, release, totalmem, uptime } from 'node:os'
import { joinBoards } from '../../inventory/join-boards.ts'
import { virtualMachineOf } from '../../linux/virtualization.ts'
import type { CpuInfo, MachineCapability, MachineInfo } from '../../machine-info.ts'
import type { Clock } from '../../options.ts'
import { ownUserName } from '../../own-user.ts'
import { cleanName } from '../../text/clean.ts'
import type { MachineCalls } from './machine-calls.ts'
import { parseFirmwareTables } from './parse-firmware-tables.ts'
import { type ProcessorRelations, parseProcessorRelations } from './parse-processor-relations.ts'
import { parseVersion, windowsName } from './parse-version.ts'
import {
  type Registry,
  type RegistryValue,
  registryNumber,
  registryText,
  valueNamed,
} from '../registry.ts'

const VERSION_KEY = String.raw`SOFTWARE\Microsoft\Windows NT\CurrentVersion`
const PROCESSOR_KEY = String.raw`HARDWARE\DESCRIPTION\System\CentralProcessor\0`
const BIOS_KEY = String.raw`HARDWARE\DESCRIPTION\System\BIOS`
const VENDORS = new Map([
  ['GenuineIntel', 'Intel'],
  ['AuthenticAMD', 'AMD'],
])

export interface InfoWorld {
  calls: MachineCalls
  registry: Registry | null
  clock: Clock
  elevated: boolean
}

/** What does not change while the machine runs: the firmware's tables, the registry, and no helper program. */
export function readWindowsInfo(
  { calls, registry, clock, elevated }: InfoWorld,
  capabilities: Record<string, MachineCapability>,
): MachineInfo {
  const all = cpus()
  const tables = calls.firmwareTables()
  const { board, modules } = parseFirmwareTables(
    tables.kind === 'ok' ? tables.value : Buffer.alloc(0),
  )
  const bios = valuesOf(registry, BIOS_KEY)
  const told = joinBoards(board, {
    manufacturer: textOf(bios, 'SystemManufacturer'),
    model: textOf(bios, 'SystemProductName'),
    bios: textOf(bios, 'BIOSVersion'),
  })
  return {
    hostname: cleanName(hostname()),
    os: {
      platform: 'win32',
      name: osName(calls, registry),
      kernel: release(),
      architecture: process.arch,
    },
    bootTimeMs: Math.round(clock.epochMs() - uptime() * 1000),
    bootId: null,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? null,
    user: ownUserName(),
    uid: null,
    elevated,
    cpu: readCpu(calls, registry, all.length, all[0]?.model ?? null),
    memory: { totalBytes: totalmem(), modules },
    board: told,
    virtualMachine: virtualMachineOf([told.manufacturer, told.model, told.bios]),
    container: null,
    limits: { cpuCount: null, memoryBytes: null },
    capabilities,
    inventoryComplete: true,
  }
}

function osName(calls: MachineCalls, registry: Registry | null): string | null {
  const answer = calls.version()
  const version = answer.kind === 'ok' ? parseVersion(answer.value) : null
  if (version === null) return null
  const values = valuesOf(registry, VERSION_KEY)
  return windowsName(version, {
    productName: textOf(values, 'ProductName'),
    displayVersion: textOf(values, 'DisplayVersion') ?? textOf(values, 'ReleaseId'),
  })
}

const NO_RELATIONS: ProcessorRelations = parseProcessorRelations(Buffer.alloc(0))

function readCpu(
  calls: MachineCalls,
  registry: Registry | null,
  threads: number,
  model: string | null,
): CpuInfo {
  const answer = calls.processorRelations()
  const relations = answer.kind === 'ok' ? parseProcessorRelations(answer.value) : NO_RELATIONS
  const values = valuesOf(registry, PROCESSOR_KEY)
  const vendor = textOf(values, 'VendorIdentifier')
  const baseMhz = Number(registryNumber(valueNamed(values, '~MHz')) ?? 0n)
  return {
    model: textOf(values, 'ProcessorNameString') ?? (model === null ? null : cleanName(model)),
    vendor: vendor === null ? null : (VENDORS.get(vendor) ?? vendor),
    ...relations,
    // Node.js knows the CPUs of its own group alone.
    threads: Math.max(1, threads, countCpus(relations)),
    baseMhz: baseMhz === 0 ? null : baseMhz,
    maxMhz: null,
    governor: null,
    driver: null,
    virtualization: null,
  }
}

const countCpus = ({ groups }: ProcessorRelations): number =>
  (groups ?? []).reduce((sum, { cpus: own }) => sum + own.length, 0)

function valuesOf(registry: Registry | null, key: string): readonly RegistryValue[] {
  const values = registry?.values('machine', key)
  return values?.kind === 'ok' ? values.value : []
}

function textOf(values: readonly RegistryValue[], name: string): string | null {
  const text = cleanName((registryText(valueNamed(values, name)) ?? '').trim())
  return text === '' ? null : text
}
