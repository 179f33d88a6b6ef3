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

/** null: it names no service. */
export function parseLogAddress(text: string): LogOf | null {
  const [, scope, name] = /^(system|user):(.+\.service)$/.exec(text) ?? []
  return name === undefined ? null : { scope: scope === 'user' ? 'user' : 'system', name }
}
