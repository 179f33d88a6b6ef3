import type { UnknownReason } from '@taskmanager/contracts'
import { NVML } from './nvml-library.ts'

/** The driver behind the library is not the one it was started with, or is not there any more. */
export const isDriverGone = (code: number): boolean =>
  code === NVML.uninitialized || code === NVML.driverNotLoaded || code === NVML.versionMismatch

/** Only a reset or a new start brings the card back. */
export const isCardLost = (code: number): boolean =>
  code === NVML.gpuIsLost || code === NVML.resetRequired

/** This card with this driver will never answer the call. */
export const isForEver = (code: number): boolean =>
  code === NVML.notSupported ||
  code === NVML.functionNotFound ||
  code === NVML.argumentVersionMismatch

export function reasonOf(code: number): UnknownReason {
  if (isForEver(code)) return 'not_supported'
  return code === NVML.noPermission ? 'not_permitted' : 'failed'
}
