import { splitCommandLine } from '../processes/command-line.ts'

export interface StartupWorldFiles {
  /** Whether a program is there; null: not looked at, as on a drive that may not answer. */
  exists: (file: string) => boolean | null
  /** Of a variable in percent signs; the system does not tell case apart. */
  variable: (name: string) => string | undefined
}

/** `%LOCALAPPDATA%\x` with its value; a variable that is not set stays as it is written. */
export const expanded = (text: string, variable: StartupWorldFiles['variable']): string =>
  text.replace(/%([^%\s]{1,64})%/g, (whole, name: string) => variable(name) ?? whole)

/**
 * The arguments of a line of the registry. Without quotes, a path with blanks is tried at each of them, as
 * CreateProcessW does: `C:\Program Files\x y.exe /min`.
 */
export function startupArguments(line: string, exists: StartupWorldFiles['exists']): string[] {
  const text = line.trim()
  if (text.startsWith('"') || !/^[A-Za-z]:\\/.test(text)) return splitCommandLine(text)
  for (const blank of text.matchAll(/ +|$/g)) {
    const program = text.slice(0, blank.index)
    const found = [program, `${program}.exe`].find((file) => exists(file) === true)
    if (found !== undefined) return splitCommandLine(`"${found}"${text.slice(blank.index)}`)
  }
  const named = /^.+?\.(?:exe|com|bat|cmd)(?= |$)/i.exec(text)?.[0]
  return named === undefined
    ? splitCommandLine(text)
    : splitCommandLine(`"${named}"${text.slice(named.length)}`)
}
