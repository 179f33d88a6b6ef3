import type { ChildProcess } from 'node:child_process'

/** What a system has of its own for a service with more rights than its user. */
export interface ElevatedHost {
  /** Why it cannot be run here at all; null: it can. */
  readonly fault: string | null
  /** Directory to work in, which others cannot change. */
  readonly home: string
  /** What the service gets of the environment. */
  readonly env: NodeJS.ProcessEnv
  /** For the log of actions. */
  readonly stateDir: string
  /** What those who can change the installation then can. */
  readonly become: string
  /** Where the service writes to. */
  readonly output: 'inherit' | 'pipe'
  /** What of the installation others could change, with and without what to do; null: nothing. */
  untrusted(): { readonly found: string; readonly refusal: string } | null
  /** Makes the directory of the log. @returns why it is not used, or null */
  makeStateDir(isTrustedAnyway: boolean): string | null
  /** Tells the launcher; resolves when that is written. */
  say(text: string): Promise<void>
  /** Passes on what the service writes. */
  passOn(service: ChildProcess): void
  /** Calls back when the launcher is to have it stopped, or is gone. */
  onStop(stop: () => void): void
}
