import type { ServiceScope } from '@taskmanager/contracts'
import { changeQuery } from '../../stores/commands.ts'

export interface LogOf {
  readonly scope: ServiceScope
  readonly name: string
}

/** Pushes a history entry, so that Back closes the log. */
export function openLog(scope: ServiceScope, name: string): void {
  changeQuery((query) => {
    query.delete('p')
    query.set('log', `${scope}:${name}`)
  })
}

export function closeLog(): void {
  changeQuery((query) => query.delete('log'))
}

/** Logs are those of the journal, whose services are named so; others have none here. */
export const hasLog = (name: string): boolean => /.\.service$/.test(name)

/** null: it names no service. */
export function parseLogAddress(text: string): LogOf | null {
  const [, scope, name] = /^(system|user):(.+)$/.exec(text) ?? []
  return name === undefined || !hasLog(name)
    ? null
    : { scope: scope === 'user' ? 'user' : 'system', name }
}
