import { execFile } from 'node:child_process'

/** What a program printed; null when it is not there or says no. */
export function outputOf(
  command: string,
  args: readonly string[],
  options: { cwd?: string; timeoutMs?: number } = {},
): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd: options.cwd, timeout: options.timeoutMs ?? 20_000, encoding: 'utf8' },
      (error, stdout) => resolve(error === null ? stdout.trim() : null),
    )
  })
}
