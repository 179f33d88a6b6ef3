import type { ServiceAction, ServiceScope } from '@taskmanager/contracts'
import type { ServiceReport } from '@taskmanager/platform'

interface Asked {
  scope: ServiceScope
  name: string
  action: ServiceAction
}

const DONE: Record<ServiceAction, (title: string, scope: ServiceScope) => string> = {
  start: (title) => `Started ${title}.`,
  stop: (title) => `Stopped ${title}.`,
  restart: (title) => `Restarted ${title}.`,
  enable: (title, scope) =>
    `${title} now starts with ${scope === 'system' ? 'the machine' : 'your session'}.`,
  disable: (title) => `${title} no longer starts by itself.`,
}

/** What became of an order to a service, in a sentence. */
export function serviceSentence({ scope, name, action }: Asked, report: ServiceReport): string {
  const title = name.replace(/\.service$/, '')
  const reason = report.reason === null ? '' : ` (${report.reason.replace(/\.$/, '')})`
  switch (report.result) {
    case 'done':
      return DONE[action](title, scope)
    case 'pending':
      return `Asked systemd to ${action} ${title} 8 s ago; it has not finished yet.`
    case 'failed':
      return `systemd could not ${action} ${title}${reason}. Its log says why: ${logCommand(scope, name)}`
    case 'gone':
      return `There is no service ${name}.`
    case 'needs_elevation':
      return `Not allowed: systemd did not let this service ${action} ${title}${reason}.`
    case 'protected':
      return `Protected: ${report.reason ?? `${title} cannot be changed here.`}`
    case 'confirmation_required':
      return `A login, the desktop or the network hangs on ${title}. Type its name, ${name}, to go on.`
    case 'expired':
      return 'Too late: the service was busy for 10 s. Nothing was sent.'
    case 'unavailable':
      return `systemd cannot be asked${reason}. Nothing was done.`
  }
}

const logCommand = (scope: ServiceScope, name: string): string =>
  `journalctl ${scope === 'user' ? '--user ' : ''}-u ${name}`
