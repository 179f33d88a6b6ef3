import { unreadableReason } from '../unreadable-reason.ts'
import type { DetailResult } from './process-detail.ts'

/** What a reading of details answers, or that this process cannot be told about just now. @throws whatever is a bug */
export async function orUnreadable(reading: Promise<DetailResult>): Promise<DetailResult> {
  try {
    return await reading
  } catch (error) {
    const reason = unreadableReason(error)
    if (reason === null) throw error
    return { kind: 'unreadable', reason }
  }
}
