import { win32 } from 'node:path'
import type { Koffi } from '../ffi.ts'
import { systemDirectory } from '../windows/system-library.ts'

/** An opaque device of the library. */
export type NvmlDevice = unknown

/** Result codes of nvml.h that mean something to us. */
export const NVML = {
  success: 0,
  uninitialized: 1,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  functionNotFound: 13,
  gpuIsLost: 15,
  resetRequired: 16,
  versionMismatch: 18,
  argumentVersionMismatch: 25,
} as const

/**
 * Calls by name without suffix. Each runs on a thread beside ours, since a driver in trouble may not come back.
 * `null`: this driver does not have the function at all.
 */
export interface NvmlLibrary {
  call(name: NvmlCall, ...args: unknown[]): Promise<number> | null
}

const TEXT = 'void *text, uint32 length'
const OF_DEVICE = 'void *device, void *value'
const PROCESS_LIST = 'void *device, void *count, void *processes'

/**
 * Newer names first: old drivers lack them, new ones may drop the old. Where the names differ in the layout of what
 * they fill in, each is a call of its own. Prototypes as in nvml.h 12.4.
 */
const FUNCTIONS = {
  init: ['', 'nvmlInit_v2', 'nvmlInit'],
  shutdown: ['', 'nvmlShutdown'],
  driverVersion: [TEXT, 'nvmlSystemGetDriverVersion'],
  nvmlVersion: [TEXT, 'nvmlSystemGetNVMLVersion'],
  cudaVersion: [
    'void *version',
    'nvmlSystemGetCudaDriverVersion_v2',
    'nvmlSystemGetCudaDriverVersion',
  ],
  count: ['void *count', 'nvmlDeviceGetCount_v2', 'nvmlDeviceGetCount'],
  handle: [
    'uint32 index, _Out_ void **device',
    'nvmlDeviceGetHandleByIndex_v2',
    'nvmlDeviceGetHandleByIndex',
  ],
  name: [`void *device, ${TEXT}`, 'nvmlDeviceGetName'],
  uuid: [`void *device, ${TEXT}`, 'nvmlDeviceGetUUID'],
  pciV3: [OF_DEVICE, 'nvmlDeviceGetPciInfo_v3'],
  pci: [OF_DEVICE, 'nvmlDeviceGetPciInfo_v2', 'nvmlDeviceGetPciInfo'],
  utilization: [OF_DEVICE, 'nvmlDeviceGetUtilizationRates'],
  memoryV2: [OF_DEVICE, 'nvmlDeviceGetMemoryInfo_v2'],
  memory: [OF_DEVICE, 'nvmlDeviceGetMemoryInfo'],
  temperature: ['void *device, uint32 sensor, void *celsius', 'nvmlDeviceGetTemperature'],
  temperatureV: [OF_DEVICE, 'nvmlDeviceGetTemperatureV'],
  threshold: ['void *device, uint32 type, void *celsius', 'nvmlDeviceGetTemperatureThreshold'],
  power: [OF_DEVICE, 'nvmlDeviceGetPowerUsage'],
  powerLimit: [OF_DEVICE, 'nvmlDeviceGetEnforcedPowerLimit'],
  powerLimits: [
    'void *device, void *least, void *most',
    'nvmlDeviceGetPowerManagementLimitConstraints',
  ],
  energy: [OF_DEVICE, 'nvmlDeviceGetTotalEnergyConsumption'],
  fan: [OF_DEVICE, 'nvmlDeviceGetFanSpeed'],
  clock: ['void *device, uint32 type, void *mhz', 'nvmlDeviceGetClockInfo'],
  clockMax: ['void *device, uint32 type, void *mhz', 'nvmlDeviceGetMaxClockInfo'],
  performanceState: [OF_DEVICE, 'nvmlDeviceGetPerformanceState'],
  encoder: ['void *device, void *percent, void *periodUs', 'nvmlDeviceGetEncoderUtilization'],
  decoder: ['void *device, void *percent, void *periodUs', 'nvmlDeviceGetDecoderUtilization'],
  slowdown: [
    OF_DEVICE,
    'nvmlDeviceGetCurrentClocksEventReasons',
    'nvmlDeviceGetCurrentClocksThrottleReasons',
  ],
  pcieGeneration: [OF_DEVICE, 'nvmlDeviceGetCurrPcieLinkGeneration'],
  pcieGenerationMax: [OF_DEVICE, 'nvmlDeviceGetMaxPcieLinkGeneration'],
  pcieWidth: [OF_DEVICE, 'nvmlDeviceGetCurrPcieLinkWidth'],
  pcieWidthMax: [OF_DEVICE, 'nvmlDeviceGetMaxPcieLinkWidth'],
  pcieTraffic: ['void *device, uint32 counter, void *value', 'nvmlDeviceGetPcieThroughput'],
  ecc: ['void *device, void *current, void *pending', 'nvmlDeviceGetEccMode'],
  eccErrors: [
    'void *device, uint32 type, uint32 counter, void *count',
    'nvmlDeviceGetTotalEccErrors',
  ],
  mig: ['void *device, void *current, void *pending', 'nvmlDeviceGetMigMode'],
  computeV3: [PROCESS_LIST, 'nvmlDeviceGetComputeRunningProcesses_v3'],
  computeV2: [PROCESS_LIST, 'nvmlDeviceGetComputeRunningProcesses_v2'],
  computeV1: [PROCESS_LIST, 'nvmlDeviceGetComputeRunningProcesses'],
  graphicsV3: [PROCESS_LIST, 'nvmlDeviceGetGraphicsRunningProcesses_v3'],
  graphicsV2: [PROCESS_LIST, 'nvmlDeviceGetGraphicsRunningProcesses_v2'],
  graphicsV1: [PROCESS_LIST, 'nvmlDeviceGetGraphicsRunningProcesses'],
  mpsV3: [PROCESS_LIST, 'nvmlDeviceGetMPSComputeRunningProcesses_v3'],
  mpsV2: [PROCESS_LIST, 'nvmlDeviceGetMPSComputeRunningProcesses_v2'],
  mpsV1: [PROCESS_LIST, 'nvmlDeviceGetMPSComputeRunningProcesses'],
  processUtilization: [
    'void *device, void *samples, void *count, uint64 lastSeenUs',
    'nvmlDeviceGetProcessUtilization',
  ],
} as const satisfies Record<string, readonly [parameters: string, ...symbols: string[]]>

export type NvmlCall = keyof typeof FUNCTIONS

type AsyncFunction = { async: (...args: unknown[]) => void }

/** @throws when the library is not there or cannot be loaded. */
export function loadNvml(koffi: Koffi, file: string): NvmlLibrary {
  const library = koffi.load(file)
  const functions = new Map<NvmlCall, AsyncFunction>()
  for (const [name, [parameters, ...symbols]] of Object.entries(FUNCTIONS)) {
    for (const symbol of symbols) {
      const found = tryFunction(library, `int ${symbol}(${parameters})`)
      if (found === null) continue
      functions.set(name as NvmlCall, found)
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
  if (platform === 'win32') return win32.join(systemDirectory(), 'nvml.dll')
  return null
}
