import {
  ErrorBody,
  INFO_SECTIONS,
  InfoQuery,
  PidParams,
  ProcessInfo,
  type InfoSection,
} from '@taskmanager/contracts'
import type { ProcessDetailProvider } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'

const SECTIONS: ReadonlySet<string> = new Set(INFO_SECTIONS)

/** `GET /api/process/:pid/info`: everything about one process, read when it is asked for. */
export function addProcessInfo(app: ServiceApp, details: ProcessDetailProvider | null): void {
  app.get(
    '/api/process/:pid/info',
    {
      schema: {
        summary: 'Everything about one process',
        tags: ['processes'],
        params: PidParams,
        querystring: InfoQuery,
        response: { 200: ProcessInfo, 400: ErrorBody, 404: ErrorBody, 409: ErrorBody },
      },
    },
    async (request): Promise<ProcessInfo> => {
      if (details === null) {
        throw new ServiceError('not_supported', 'Details are not available on this system yet.')
      }
      const pid = Number(request.params.pid)
      const include = sectionsOf(request.query.include)
      const result = await details.read(pid, request.query.start_id ?? null, include)
      if (result.kind === 'ok') return result.info
      if (result.kind === 'gone') {
        throw new ServiceError('gone', `There is no process with PID ${pid}: it has ended.`)
      }
      if (result.kind === 'unreadable') throw new ServiceError('unavailable', result.reason)
      const { owner } = result
      throw new ServiceError(
        'identity_mismatch',
        `PID ${pid} is now another program (${owner.name}).`,
        { detail: { owner: { pid, name: owner.name, started_at_ms: owner.startedAtMs } } },
      )
    },
  )
}

function sectionsOf(include: string | undefined): Set<InfoSection> {
  const names = include?.split(',') ?? []
  const wrong = names.find((name) => !SECTIONS.has(name))
  if (wrong === undefined) return new Set(names as InfoSection[])
  throw new ServiceError(
    'bad_request',
    `There is no section ${wrong}. The sections are ${INFO_SECTIONS.join(', ')}.`,
  )
}
