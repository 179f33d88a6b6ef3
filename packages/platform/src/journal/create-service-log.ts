import type { ServiceLogProvider } from './service-log-provider.ts'

/** What services write; null where no provider can tell: without FFI, and without libsystemd. */
export async function createServiceLog(): Promise<ServiceLogProvider | null> {
  if (process.platform !== 'linux') return null
  const { openJournalLibrary } = await import('./journal-library.ts')
  const library = openJournalLibrary()
  if (library === null) return null
  const { JournalLog } = await import('./journal-log.ts')
  return new JournalLog({
    library,
    directories: ['/var/log/journal', '/run/log/journal'],
    only: null,
    uid: process.getuid?.() ?? 0,
  })
}
