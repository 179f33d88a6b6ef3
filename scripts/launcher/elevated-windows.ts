import type { Socket } from 'node:net'
import { win32 } from 'node:path'
import { accessCalls } from '../../packages/platform/src/windows/access/access-calls.ts'
import { wholeAccessFor } from '../../packages/platform/src/windows/access/access-list.ts'
import { WELL_KNOWN } from '../../packages/platform/src/windows/sid.ts'
import { systemDirectory } from '../../packages/platform/src/windows/system-library.ts'
import { CURRENT_PROCESS, tokenCalls } from '../../packages/platform/src/windows/tokens.ts'
import type { ElevatedHost } from './elevated-host.ts'
import { REFUSED_CODE } from './exit-codes.ts'
import { joinLifeline, parseLifeline } from './lifeline.ts'
import { changeableInstallation, PUT_ELSEWHERE, windowsFault } from './windows-install-tree.ts'

/** An administrator, by User Account Control: nothing is inherited, and a pipe leads to the launcher. */
export async function windowsHost(of: { user: string; lifeline: string }): Promise<ElevatedHost> {
  const name = parseLifeline(of.lifeline)
  // Nobody hears why: whoever started this by hand sees no window.
  if (name === null) process.exit(REFUSED_CODE)
  const socket = await joinLifeline(name).catch(() => process.exit(REFUSED_CODE))
  const system = systemDirectory()
  const windows = win32.dirname(system)
  const drive = win32.parse(system).root.slice(0, 2)
  const programData = `${drive}\\ProgramData`
  // Not in the profile: what a program of the user puts there in its place would be written with these rights.
  const stateDir = win32.join(programData, 'TaskManagerPro')
  return {
    fault:
      tokenCalls()?.isElevated(CURRENT_PROCESS) === true
        ? null
        : 'this program was started without the rights of an administrator.',
    home: system,
    stateDir,
    become: 'become administrator',
    output: 'pipe',
    env: {
      SystemRoot: windows,
      windir: windows,
      SystemDrive: drive,
      ProgramData: programData,
      PATH: system,
      TASKMANAGER_OWNER_SID: of.user,
    },
    untrusted() {
      const found = changeableInstallation()
      return found === null ? null : { found, refusal: `${found}. ${PUT_ELSEWHERE}` }
    },
    makeStateDir(isTrustedAnyway) {
      const fault = makeLogDirectory(stateDir)
      return isTrustedAnyway ? null : fault
    },
    say: (text) => written(socket, text),
    passOn(service) {
      for (const stream of [service.stdout, service.stderr]) stream?.pipe(socket, { end: false })
    },
    onStop(stop) {
      socket.on('data', stop).on('close', stop)
    },
  }
}

function written(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve()
    else socket.write(text, () => resolve())
  })
}

/** Everybody may add to `ProgramData`, so what lies there already is looked at. @returns why it is not used, or null */
function makeLogDirectory(path: string): string | null {
  const owner = WELL_KNOWN.administrators
  const list = wholeAccessFor([WELL_KNOWN.system, owner])
  const made = accessCalls()?.makeDirectory(path, { list, owner }) ?? { kind: 'unsupported' }
  if (made.kind !== 'ok') return `${path} could not be made (${made.kind}).`
  const fault = windowsFault(path, 'inside')
  return fault === null ? null : `${fault}. Remove it: the log of actions is kept there.`
}
