import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { SYSTEM_NAME } from '../launcher/system-stats.ts'
import { run, type Step } from './steps.ts'

/** The highest number that distributions give to users of the system. */
const MAX_SYSTEM_UID = 999

/** Makes the user and the group of the service, where they are not there yet. @throws where the name is a person's */
export function accountSteps(): Step[] {
  const user = entryOf('passwd')
  if (user === null) {
    const shell = existsSync('/usr/sbin/nologin') ? '/usr/sbin/nologin' : '/bin/false'
    const group = entryOf('group') === null ? ['--user-group'] : ['--gid', SYSTEM_NAME]
    const command = [
      'useradd',
      '--system',
      ...group,
      '--no-create-home',
      '--home-dir=/nonexistent',
      `--shell=${shell}`,
      '--comment=Task Manager Pro',
      SYSTEM_NAME,
    ]
    return [run(`make the system user and group ${SYSTEM_NAME}`, command)]
  }
  const uid = Number(user[2])
  if (!(uid > 0 && uid <= MAX_SYSTEM_UID))
    throw new Error(
      `The user ${SYSTEM_NAME} (uid ${uid}) is not a user of the system. Nothing was changed.`,
    )
  return []
}

export function removeAccountSteps(): Step[] {
  const steps: Step[] = []
  if (entryOf('passwd') !== null)
    steps.push(run(`remove the user ${SYSTEM_NAME}`, ['userdel', SYSTEM_NAME]))
  // userdel takes the group along, except where it has members.
  if (entryOf('group') !== null)
    steps.push({
      says: `remove the group ${SYSTEM_NAME}`,
      act: () => entryOf('group') !== null && run('', ['groupdel', SYSTEM_NAME]).act(),
    })
  return steps
}

/** Who is in the group. */
export function groupMembers(): string[] {
  return (entryOf('group')?.[3] ?? '').split(',').filter(Boolean)
}

/** The fields of our line; null where there is none. By getent(1), so that other sources than /etc count too. */
function entryOf(database: 'passwd' | 'group'): string[] | null {
  const { status, stdout } = spawnSync('getent', [database, SYSTEM_NAME], { encoding: 'utf8' })
  return status === 0 ? stdout.trimEnd().split(':') : null
}
