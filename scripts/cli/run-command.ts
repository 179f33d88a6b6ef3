import { createInterface } from 'node:readline/promises'
import { ApiError, type Api } from '@taskmanager/client'
import type { ControlOutcome } from '@taskmanager/contracts'
import { UsageError } from '../launcher/options.ts'
import { act, isAsAsked, type Confirm } from './act-commands.ts'
import { connect, NotRunningError } from './connect.ts'
import { HELP, parseCommand, type Command, type ServiceCommand } from './options.ts'
import { readLines } from './read-commands.ts'

const DONE = 0
const NOT_AS_ASKED = 1
const NOT_UNDERSTOOD = 2
const NOT_RUNNING = 3

/** Runs one command and answers its exit status. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await run(parseCommand(args))
  } catch (error) {
    if (error instanceof UsageError) return complain(error.message, NOT_UNDERSTOOD)
    if (error instanceof NotRunningError) return complain(error.message, NOT_RUNNING)
    if (!(error instanceof ApiError)) throw error
    return complain(error.message, error.status === 0 ? NOT_RUNNING : NOT_AS_ASKED)
  }
}

async function run(command: Command): Promise<number> {
  if (command.kind === 'help') {
    console.log(HELP)
    return DONE
  }
  const api = await connect(process.env)
  if (command.kind === 'read') {
    const width = process.stdout.isTTY ? process.stdout.columns : Infinity
    for (const line of await readLines(api, command, width)) console.log(line)
    return DONE
  }
  if (command.kind === 'service') return orderService(api, command)
  const acted = await act(api, command, process.stdin.isTTY ? confirm : null)
  if (acted.refusal !== null) return complain(acted.refusal, NOT_AS_ASKED)
  if (command.json) console.log(JSON.stringify(acted.outcomes, null, 2))
  else for (const outcome of acted.outcomes) console.log(sentenceOf(outcome))
  const ending = acted.outcomes.filter(({ result }) => result === 'ending').map(({ pid }) => pid)
  if (!command.json && ending.length > 0)
    console.log(
      `To take it back: npm run tmp -- resume ${ending.join(' ')}${ending.length > 1 ? ' --yes' : ''}`,
    )
  return isAsAsked(command, acted) ? DONE : NOT_AS_ASKED
}

/** Started, stopped or changed by systemd, with what came of it. @throws ApiError */
async function orderService(api: Api, command: ServiceCommand): Promise<number> {
  const { action, scope, name, confirmName } = command
  const outcome = await api.orderService(action, {
    scope,
    name,
    ...(confirmName !== null && { confirm_name: confirmName }),
  })
  const warning = outcome.audit === 'failed' ? ' The action could not be written to the log.' : ''
  console.log(command.json ? JSON.stringify(outcome, null, 2) : outcome.message + warning)
  return outcome.result === 'done' ? DONE : NOT_AS_ASKED
}

function sentenceOf({ pid, name, message, result, audit }: ControlOutcome): string {
  const hint = result === 'confirmation_required' ? ` Add: --confirm-name "${name ?? ''}"` : ''
  const warning = audit === 'failed' ? ' The action could not be written to the log.' : ''
  return `${pid}: ${message}${hint}${warning}`
}

const confirm: Confirm = async (question) => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${question}\n[y/N] `)
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}

function complain(message: string, code: number): number {
  console.error(message)
  return code
}
