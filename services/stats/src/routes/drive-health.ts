import { DriveHealthList, ErrorBody } from '@taskmanager/contracts'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { LatestStats } from '../latest-stats.ts'
import { presentDriveHealth } from '../present/drive-health.ts'

/** `GET /api/drive-health`: what the drives said when they were last asked; a request asks none. */
export function addDriveHealth(app: ServiceApp, latest: LatestStats): void {
  const schema = {
    summary: 'Health of the drives, as they tell it themselves',
    tags: ['machine'],
    response: { 200: DriveHealthList, 503: ErrorBody },
  }
  app.get('/api/drive-health', { schema }, async (): Promise<DriveHealthList> => {
    await latest.get()
    const { last } = latest
    if (last === null) {
      throw new ServiceError(
        'unavailable',
        'The machine could not be read yet. Try again in a moment.',
        { retryAfterSeconds: 1 },
      )
    }
    const { disks, sample } = last.reading
    const drives = disks.map(presentDriveHealth).filter((drive) => drive !== null)
    return {
      drives,
      not_asked: disks.length - drives.length,
      sampled_at_ms: Math.round(sample.epochMs),
    }
  })
}
