// Runs under Windows as the user, started by the launcher: has Windows ask whether the stats service may run with the rights of an
// administrator, and stands for it, since a program cannot be the parent of one with more rights: passes on what it says, when it is
// to stop, and how it ended.
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runElevated } from '../packages/platform/src/windows/elevation/shell-execute.ts'
import { systemDirectory } from '../packages/platform/src/windows/system-library.ts'
import { CURRENT_PROCESS, tokenCalls } from '../packages/platform/src/windows/tokens.ts'
import { cleanCommand } from './launcher/clean-command.ts'
import { DECLINED_CODE, REFUSED_CODE } from './launcher/exit-codes.ts'
import { LifelineServer, lifelineText } from './launcher/lifeline.ts'
import { ROOT } from './launcher/toolchain.mjs'
import { changeableInstallation, PUT_ELSEWHERE } from './launcher/windows-install-tree.ts'

function refuse(reason: string): never {
  console.error(`Elevated mode refused: ${reason}`)
  process.exit(REFUSED_CODE)
}

const { values } = parseArgs({
  options: {
    'run-dir': { type: 'string', default: '' },
    ports: { type: 'string', default: '' },
    'allow-user-writable-tree': { type: 'boolean', default: false },
  },
})
const untrusted = changeableInstallation()
// It looks for itself; asked here too, nobody is asked for rights that are not taken then.
if (untrusted !== null && !values['allow-user-writable-tree'])
  refuse(`${untrusted}. ${PUT_ELSEWHERE}`)
const user = tokenCalls()?.sidOf(CURRENT_PROCESS) ?? null
if (user === null) refuse('Windows does not say who this user is.')

let lastText = ''
const lifeline = await LifelineServer.listen((text) => {
  lastText = text
  process.stdout.write(text)
})
process.stdin
  .on('end', () => lifeline.stop())
  .on('error', () => lifeline.stop())
  .resume()

let command
try {
  command = cleanCommand(
    [
      process.execPath,
      realpathSync(join(ROOT, 'scripts/elevated-stats.ts')),
      `--run-dir=${values['run-dir']}`,
      `--ports=${values.ports}`,
      `--user=${user}`,
      `--launcher=${process.ppid}`,
      `--lifeline=${lifelineText(lifeline.name)}`,
      ...(values['allow-user-writable-tree'] ? ['--allow-user-writable-tree'] : []),
    ],
    systemDirectory(),
  )
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error))
}
const elevation = runElevated({ ...command, directory: systemDirectory() })
switch (elevation.kind) {
  case 'started': {
    const code = await elevation.ended
    lifeline.close()
    if (lastText === '') console.error(`The elevated program said nothing and ended with ${code}.`)
    process.exit(code ?? 1)
  }
  case 'declined':
    console.error('User Account Control was answered with no (error 1223).')
    process.exit(DECLINED_CODE)
  case 'unsupported':
    refuse('this Windows cannot be asked for it, or the foreign function library is missing.')
  case 'failed':
    refuse(
      `Windows did not start it (error ${elevation.code}). Where administrators have switched User Account Control off for ` +
        'users, start Task Manager Pro from a terminal that was opened as administrator.',
    )
}
