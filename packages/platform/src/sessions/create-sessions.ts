import { defaultOptions, type PlatformOptions } from '../options.ts'
import type { SessionsProvider } from './sessions-provider.ts'

/** Who is signed in to this machine; null where no provider can tell yet. */
export async function createSessions(
  options: PlatformOptions = defaultOptions,
): Promise<SessionsProvider | null> {
  if (process.platform === 'win32') {
    const { sessionCalls } = await import('../windows/sessions/session-calls.ts')
    const { WindowsSessions } = await import('../windows/sessions/windows-sessions.ts')
    const calls = sessionCalls()
    return calls === null ? null : new WindowsSessions(calls, () => options.clock.epochMs())
  }
  if (process.platform === 'darwin') {
    const { createMacSessions } = await import('../macos/sessions/mac-sessions.ts')
    return createMacSessions(options.clock)
  }
  if (process.platform !== 'linux') return null
  const { LinuxSessions } = await import('./linux-sessions.ts')
  return new LinuxSessions(options)
}
