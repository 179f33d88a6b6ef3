import { ErrorBody, SessionList } from '@taskmanager/contracts'
import type { SessionsProvider } from '@taskmanager/platform'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'

/** `GET /api/sessions`: who is signed in, read when it is asked for. */
export function addSessionsRoute(app: ServiceApp, sessions: SessionsProvider | null): void {
  const schema = {
    summary: 'Who is signed in',
    tags: ['machine'],
    response: { 200: SessionList, 501: ErrorBody },
  }
  app.get('/api/sessions', { schema }, async (): Promise<SessionList> => {
    if (sessions === null) {
      throw new ServiceError('not_supported', 'Who is signed in is not told on this system yet.')
    }
    return sessions.read()
  })
}
