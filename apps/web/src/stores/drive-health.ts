/**
 * What the drives tell of their health (GET /api/drive-health). Nothing is asked while nobody looks.
 *
 *   const drive = useDriveHealth('nvme0n1')   // null: not known (yet) · why there is none: drive.reason
 */
import type { DriveHealth } from '@taskmanager/contracts'
import { createPolled } from './polled.ts'
import { api } from './services.ts'

/** A drive is asked far more rarely than this: it is what a new verdict may be late by. */
const EVERY_MS = 10_000

const polled = createPolled<readonly DriveHealth[]>({
  initial: [],
  ask: async () => (await api.getDriveHealth()).drives,
  failed: (before) => before,
})

export const liveDriveHealth = polled.store

export function useDriveHealth(id: string): DriveHealth | null {
  return polled.use(EVERY_MS).find((drive) => drive.id === id) ?? null
}
