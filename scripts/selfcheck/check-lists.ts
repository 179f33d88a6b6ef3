import type { ServicesProvider, SessionsProvider, StartupProvider } from '@taskmanager/platform'
import { counts, told, unknown, type Finding } from './report.ts'

interface Lists {
  services: ServicesProvider | null
  startup: StartupProvider | null
  sessions: SessionsProvider | null
}

const NOT_HERE = 'this system has no provider of it yet'

/** Counts alone: what is in the lists is nobody else's business. */
export async function checkLists({ services, startup, sessions }: Lists): Promise<Finding[]> {
  return [
    ...(services === null ? [unknown('services', NOT_HERE)] : await serviceFindings(services)),
    ...(startup === null ? [unknown('startup', NOT_HERE)] : await startupFindings(startup)),
    ...(sessions === null ? [unknown('sessions', NOT_HERE)] : await sessionFindings(sessions)),
  ]
}

async function serviceFindings(provider: ServicesProvider): Promise<Finding[]> {
  const { services, missing } = await provider.list()
  const detail = `${services.length} by ${provider.manager}, by state ${counts(services.map(({ state }) => state))}, by start ${counts(services.map(({ starts }) => starts ?? '?'))}`
  return [told('services', detail), ...missingFindings('services of', missing)]
}

async function startupFindings(provider: StartupProvider): Promise<Finding[]> {
  const { items, missing } = await provider.list()
  const detail = `${items.length}, by kind ${counts(items.map(({ kind }) => kind))}, by state ${counts(items.map(({ state }) => state ?? '?'))}, ${items.filter(({ fixed }) => fixed === null).length} can be switched`
  return [told('startup', detail), ...missingFindings('startup of', missing)]
}

async function sessionFindings(provider: SessionsProvider): Promise<Finding[]> {
  const { sessions, missing } = await provider.read()
  return missing === null
    ? [told('sessions', `${sessions.length}`)]
    : [unknown('sessions', missing)]
}

const missingFindings = (what: string, missing: Readonly<Record<string, string | null>>) =>
  Object.entries(missing).flatMap(([whose, why]) =>
    why === null ? [] : [unknown(`${what} ${whose}`, why)],
  )
