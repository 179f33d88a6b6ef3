/** A line of a crontab. */
export interface CronJob {
  /** As it is written: `@daily` or five fields. */
  schedule: string
  /** Who it runs as; null: whose crontab it is. */
  user: string | null
  command: string
}

const FIELD = String.raw`[\d*,/A-Za-z~-]+`
const LINE = new RegExp(String.raw`^[ \t]*(@[a-z]+|${FIELD}(?:[ \t]+${FIELD}){4})[ \t]+(\S.*)$`)
const NICKNAME = /^@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)$/

/**
 * The jobs of a crontab, in order; settings, remarks and what is no job are left out. Source: crontab(5).
 * @param hasUser its lines name who they run as, as in `/etc/crontab`
 */
export function parseCrontab(text: string, hasUser: boolean): CronJob[] {
  return text.split('\n').flatMap((line) => {
    const [, schedule = '', rest = ''] = LINE.exec(line) ?? []
    if (schedule === '' || (schedule.startsWith('@') && !NICKNAME.test(schedule))) return []
    const [, user = null, command = ''] = hasUser
      ? (/^(\S+)[ \t]+(\S.*)$/.exec(rest) ?? [])
      : [rest, null, rest]
    return command === ''
      ? []
      : [{ schedule: schedule.replaceAll(/[ \t]+/g, ' '), user, command: withoutInput(command) }]
  })
}

/** What follows a bare % is given to the command as its input. */
const withoutInput = (command: string): string =>
  command
    .replace(/(?<!\\)%.*$/, '')
    .replaceAll(String.raw`\%`, '%')
    .trim()
