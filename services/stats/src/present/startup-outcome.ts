import type { StartupAction } from '@taskmanager/contracts'
import type { StartupReport } from '@taskmanager/platform'

const DONE: Record<StartupAction, string> = {
  enable: 'now starts with the session',
  disable: 'no longer starts with the session',
}

/** What became of a switch at startup, in a sentence. */
export function startupSentence(action: StartupAction, report: StartupReport): string {
  const { name, result, reason } = report
  switch (result) {
    case 'done':
      return `${name} ${DONE[action]}.`
    case 'failed':
      return `Could not ${action} ${name}: ${reason}. Nothing was changed.`
    case 'gone':
      return 'It is no longer among what starts. Nothing was changed.'
    case 'protected':
      return `${name} cannot be switched here. ${reason}`
    case 'expired':
      return 'Too late: the order had run out when the service came to it. Nothing was changed.'
  }
}
