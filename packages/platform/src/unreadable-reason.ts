import { isExhausted } from './linux/spare-descriptors.ts'
import { ProcParseError } from './read-result.ts'

/**
 * Why a process cannot be told about just now, in a sentence; null when the error is another and a bug. A process that
 * cannot be read is not gone, and without knowing it nothing is done to it.
 */
export function unreadableReason(error: unknown): string | null {
  if (error instanceof ProcParseError) {
    return 'The system describes this process in a way that is not understood here.'
  }
  return isExhausted(error)
    ? 'This service or the whole system has too many open files to read about the process.'
    : null
}
