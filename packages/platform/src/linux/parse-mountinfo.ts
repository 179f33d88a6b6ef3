/** One line of `/proc/self/mountinfo`. Source: proc_pid_mountinfo(5). */
export interface MountLine {
  /** `major:minor` of the device as stat(2) tells it. */
  device: string
  /** Path inside the file system that is mounted here: not `/` for a bind mount. */
  root: string
  mount: string
  readOnly: boolean
  type: string
  source: string
}

/** Lines not shaped as the manual says are left out: a mount that cannot be named cannot be shown. */
export function parseMountinfo(text: string): MountLine[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? [])
}

function parseLine(line: string): MountLine | null {
  const words = line.split(' ')
  const dash = words.indexOf('-', 6)
  const [, , device, root, mount, options] = words
  const [type, source, superOptions] = dash < 0 ? [] : words.slice(dash + 1)
  if (!device || !root || !mount || !options || !type || source === undefined) return null
  const readOnly = hasOption(options, 'ro') || hasOption(superOptions ?? '', 'ro')
  return {
    device,
    root: unescape(root),
    mount: unescape(mount),
    readOnly,
    type,
    source: unescape(source),
  }
}

const hasOption = (options: string, option: string) => options.split(',').includes(option)

/** Blank, tab, newline and backslash are written as three octal digits. */
const unescape = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8) & 0xff),
  )
