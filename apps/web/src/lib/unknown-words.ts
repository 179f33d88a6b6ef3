import type { UnknownReason } from '@taskmanager/contracts'

const WORDS: Record<UnknownReason, string> = {
  first_sample: 'measuring, one second',
  not_permitted: 'needs permission',
  not_supported: 'not supported here',
  not_reported: 'not reported by this system',
  gone: 'ended while it was read',
  failed: 'could not be read',
}

/** Why a value is not known, in words; `user` is who it belongs to, where that is known. */
export function unknownWords(
  reason: UnknownReason = 'not_reported',
  user: string | null = null,
): string {
  if (reason !== 'not_permitted' || user === null) return WORDS[reason]
  return `${WORDS[reason]}: belongs to ${user}`
}
