import type { ControlOutcome, ProcessInfo } from '@taskmanager/contracts'
import { post, send } from '../../support/wire.ts'

/** Asks for a process by its pid, as a program with a token does it: looks first, then ends exactly that one. */
export async function endProcess(
  port: number,
  token: string,
  pid: number,
): Promise<ControlOutcome> {
  const headers = { authorization: `Bearer ${token}` }
  const info = await send({ port, path: `/api/process/${pid}/info`, headers })
  const { start_id } = info.json as ProcessInfo
  const answer = await post(port, `/api/process/${pid}/kill`, token, { start_id, signal: 'TERM' })
  return answer.json as ControlOutcome
}
