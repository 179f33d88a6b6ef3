import type { ErrorCode } from '@taskmanager/contracts'
import { ServiceError } from '@taskmanager/service-kit'

/** The outcome, or an error with it in the detail where the result is a refusal: its code is the answer's. */
export function orRefuse<Outcome extends { result: string; message: string }>(
  outcome: Outcome,
  refusals: Readonly<Record<string, ErrorCode>>,
): Outcome {
  const code = Object.hasOwn(refusals, outcome.result) ? refusals[outcome.result] : undefined
  if (code === undefined) return outcome
  throw new ServiceError(code, outcome.message, { detail: { outcome } })
}
