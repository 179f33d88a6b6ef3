import type { DriveHealth, DriveVerdict } from '@taskmanager/contracts'
import type { IconName } from '../components/icon.tsx'

interface Said {
  readonly icon: IconName
  readonly tone: 'good' | 'warn' | 'crit' | 'dim'
  readonly fact: string
  readonly rest: string
}

/** The verdict first, in plain words, then why and what to do. */
export function sayHealth({ state, reason, verdict, findings }: DriveHealth): Said {
  const why = listed(findings)
  switch (verdict) {
    case 'good':
      return {
        icon: 'good',
        tone: 'good',
        fact: 'The drive is in good health.',
        rest: reason ?? '',
      }
    case 'warning':
      return {
        icon: 'warning',
        tone: 'warn',
        fact: 'The drive works, but keep an eye on it:',
        rest: `${why}.${later()}`,
      }
    case 'failing':
      return {
        icon: 'alert',
        tone: 'crit',
        fact: 'The drive is failing. Copy what you need from it now:',
        rest: `${why}.${later()}`,
      }
    case null: {
      const icon = state === 'not_permitted' ? 'lock' : 'info'
      return { icon, tone: 'dim', fact: 'Its health is not known.', rest: reason ?? '' }
    }
  }

  /** Where the verdict is of an earlier time. */
  function later(): string {
    return reason === null ? '' : ` ${reason}`
  }
}

/** What a list of devices says of a drive in trouble; null: nothing. */
export function shortVerdict(health: DriveVerdict | null): string | null {
  if (health == null || health.verdict === 'good') return null
  return health.verdict === 'failing' ? 'failing' : 'has a warning'
}

export function listed(findings: readonly string[]): string {
  const [first = '', ...rest] = findings
  return [first, ...rest].join('; ')
}
