import type { BlastRadius } from '@taskmanager/contracts'
import type { ReadResult } from '../../read-result.ts'
import { cleanName } from '../../text/clean.ts'
import { win32Failure } from '../result-codes.ts'
import { FAILURE_ACTION, type FailureAction } from './parse-services.ts'
import { SERVICE_RIGHT, type ServiceCalls } from './service-calls.ts'

type RestartedBy = NonNullable<BlastRadius['restarted_by']>

/**
 * Which services of a process Windows starts again when the process is ended, and how soon the first of them; null: none.
 * A service that may not be asked is the reason only where no other one is known to come back. How often a service ended
 * before is told by nobody, so what Windows does the first time counts.
 */
export function restartsOf(
  { open }: Pick<ServiceCalls, 'open'>,
  names: readonly string[],
): ReadResult<RestartedBy | null> {
  const restarts: { name: string; delayMs: number }[] = []
  let failure: Exclude<ReadResult<never>, { kind: 'ok' }> | null = null
  for (const name of names) {
    const actions = failureActionsOf(open, name)
    if (actions.kind !== 'ok') {
      // One that was deleted meanwhile comes back no more.
      if (actions.kind !== 'gone') failure ??= actions
      continue
    }
    const [first] = actions.value
    if (first?.type === FAILURE_ACTION.restart) restarts.push({ name, delayMs: first.delayMs })
  }
  if (restarts.length === 0) return failure ?? { kind: 'ok', value: null }
  return {
    kind: 'ok',
    value: {
      manager: 'Windows',
      unit: restarts.map(({ name }) => cleanName(name)).join(', '),
      policy: null,
      delay_ms: Math.min(...restarts.map(({ delayMs }) => delayMs)),
    },
  }
}

function failureActionsOf(open: ServiceCalls['open'], name: string): ReadResult<FailureAction[]> {
  const { code, service } = open(name, SERVICE_RIGHT.queryConfig)
  if (service === null) return win32Failure(code)
  try {
    return service.failureActions()
  } finally {
    service.close()
  }
}
