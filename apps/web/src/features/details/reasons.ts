import type { UnknownReason } from '@taskmanager/contracts'

/** Why a value is not known, where it would stand. */
export const REASONS: Record<UnknownReason, string> = {
  first_sample: 'measuring…',
  not_permitted: 'needs permission',
  not_supported: 'not supported here',
  not_reported: 'not reported',
  gone: 'ended meanwhile',
  failed: 'could not be read',
}
