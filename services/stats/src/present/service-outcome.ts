import type { ServiceAction, ServiceScope } from '@taskmanager/contracts'
import type { ServiceReport, ServicesProvider } from '@taskmanager/platform'

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
export function serviceSentence(
  { scope, name, action }: Asked,
  report: ServiceReport,
  { manager, log }: { manager: ServicesProvider['manager']; log: string },
): string {
  const title = name.replace(/\.service$/, '')
  const reason = report.reason === null ? '' : ` (${report.reason.replace(/\.$/, '')})`
  switch (report.result) {
    case 'done':
      return DONE[action](title, scope)
    case 'pending':
      return `Asked ${manager} to ${action} ${title} 8 s ago; it has not finished yet.`
    case 'failed':
      return `${manager} could not ${action} ${title}${reason}. Its log says why: ${log}`
    case 'gone':
      return `There is no service ${name}.`
    case 'needs_elevation':
      return `Not allowed: ${manager} did not let this service ${action} ${title}${reason}.`
    case 'protected':
      return `Protected: ${report.reason ?? `${title} cannot be changed here.`}`
    case 'confirmation_required':
      return `A login, the desktop or the network hangs on ${title}. Type its name, ${name}, to go on.`
    case 'expired':
      return 'Too late: the order had run out when the service came to it. Nothing was sent.'
    case 'unavailable':
      return `${manager} cannot be asked${reason}. Nothing was done.`
  }
}
