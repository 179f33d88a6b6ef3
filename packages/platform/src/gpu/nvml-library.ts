import { join } from 'node:path'
import type { Koffi } from '../ffi.ts'

/** An opaque device of the library. */
export type NvmlDevice = unknown

/** Result codes of nvml.h that mean something to us. */
export const NVML = {
  success: 0,
  uninitialized: 1,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  gpuIsLost: 15,
  versionMismatch: 18,
} as const

/**
 * Calls by name without suffix. Each runs on a thread beside ours, since a driver in trouble may not come back.
 * `null`: this driver does not have the function at all.
 */
export interface NvmlLibrary {
  call(name: string, ...args: unknown[]): Promise<number> | null
}

/** Newer names first: old drivers lack them, new ones may drop the old. Prototypes as in nvml.h 12.4. */
const FUNCTIONS: Record<string, { symbols: string[]; arguments: string }> = {
  init: { symbols: ['nvmlInit_v2', 'nvmlInit'], arguments: '' },
  shutdown: { symbols: ['nvmlShutdown'], arguments: '' },
  driverVersion: {
    symbols: ['nvmlSystemGetDriverVersion'],
    arguments: 'void *text, uint32 length',
  },
  count: { symbols: ['nvmlDeviceGetCount_v2', 'nvmlDeviceGetCount'], arguments: 'void *count' },
  handle: {
    symbols: ['nvmlDeviceGetHandleByIndex_v2', 'nvmlDeviceGetHandleByIndex'],
    arguments: 'uint32 index, _Out_ void **device',
  },
  name: { symbols: ['nvmlDeviceGetName'], arguments: 'void *device, void *text, uint32 length' },
  uuid: { symbols: ['nvmlDeviceGetUUID'], arguments: 'void *device, void *text, uint32 length' },
  utilization: {
    symbols: ['nvmlDeviceGetUtilizationRates'],
    arguments: 'void *device, void *rates',
  },
  memoryV2: { symbols: ['nvmlDeviceGetMemoryInfo_v2'], arguments: 'void *device, void *memory' },
  memory: { symbols: ['nvmlDeviceGetMemoryInfo'], arguments: 'void *device, void *memory' },
  temperature: {
    symbols: ['nvmlDeviceGetTemperature'],
    arguments: 'void *device, uint32 sensor, void *celsius',
  },
  power: { symbols: ['nvmlDeviceGetPowerUsage'], arguments: 'void *device, void *milliwatts' },
  powerLimit: {
    symbols: ['nvmlDeviceGetEnforcedPowerLimit'],
    arguments: 'void *device, void *milliwatts',
  },
  fan: { symbols: ['nvmlDeviceGetFanSpeed'], arguments: 'void *device, void *percent' },
  clock: { symbols: ['nvmlDeviceGetClockInfo'], arguments: 'void *device, uint32 type, void *mhz' },
  encoder: {
    symbols: ['nvmlDeviceGetEncoderUtilization'],
    arguments: 'void *device, void *percent, void *periodUs',
  },
  decoder: {
    symbols: ['nvmlDeviceGetDecoderUtilization'],
    arguments: 'void *device, void *percent, void *periodUs',
  },
  slowdown: {
    symbols: [
      'nvmlDeviceGetCurrentClocksEventReasons',
      'nvmlDeviceGetCurrentClocksThrottleReasons',
    ],
    arguments: 'void *device, void *reasons',
  },
  computeProcesses: {
    symbols: ['nvmlDeviceGetComputeRunningProcesses_v3', 'nvmlDeviceGetComputeRunningProcesses_v2'],
    arguments: 'void *device, void *count, void *processes',
  },
  graphicsProcesses: {
    symbols: [
      'nvmlDeviceGetGraphicsRunningProcesses_v3',
      'nvmlDeviceGetGraphicsRunningProcesses_v2',
    ],
    arguments: 'void *device, void *count, void *processes',
  },
  processUtilization: {
    symbols: ['nvmlDeviceGetProcessUtilization'],
    arguments: 'void *device, void *samples, void *count, uint64 lastSeenUs',
  },
}

type AsyncFunction = { async: (...args: unknown[]) => void }

/** @throws when the library is not there or cannot be loaded. */
export function loadNvml(koffi: Koffi, file: string): NvmlLibrary {
  const library = koffi.load(file)
  const functions = new Map<string, AsyncFunction>()
  for (const [name, { symbols, arguments: parameters }] of Object.entries(FUNCTIONS)) {
    for (const symbol of symbols) {
      const found = tryFunction(library, `int ${symbol}(${parameters})`)
      if (found === null) continue
      functions.set(name, found)
      break
    }
  }
  return {
    call(name, ...args) {
      const found = functions.get(name)
      if (found === undefined) return null
      return new Promise((resolve, reject) => {
        found.async(...args, (error: Error | null, code: number) =>
          error === null ? resolve(code) : reject(error),
        )
      })
    },
  }
}

function tryFunction(library: ReturnType<Koffi['load']>, prototype: string): AsyncFunction | null {
  try {
    return library.func(prototype)
  } catch {
    return null // this driver is older (or newer) than the name
  }
}

/** Never by a bare name on Windows: an elevated service would load whatever lies in its folder. */
export function nvmlPath(platform: NodeJS.Platform = process.platform): string | null {
  if (platform === 'linux') return 'libnvidia-ml.so.1'
  if (platform === 'win32')
    return join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'nvml.dll')
  return null
}
