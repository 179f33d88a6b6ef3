import { ActionList, ActionsQuery, ErrorBody } from '@taskmanager/contracts'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import { readLogPage } from '../audit-reader.ts'
import type { AuditLog } from '../audit.ts'
import { presentAction } from '../present/action.ts'

const USUAL_LIMIT = 100

/** `GET /api/actions`: what was done to processes, newest first, read from the log when it is asked for. */
export function addActionsRoute(app: ServiceApp, audit: AuditLog): void {
  const schema = {
    summary: 'The log of actions',
    tags: ['control'],
    querystring: ActionsQuery,
    response: { 200: ActionList, 400: ErrorBody, 503: ErrorBody },
  }
  app.get('/api/actions', { schema }, async ({ query }): Promise<ActionList> => {
    const { limit = USUAL_LIMIT, before } = query
    try {
      const options = { limit, before, parse: presentAction }
      const page = await audit.inTime(() => readLogPage(audit.files, options))
      return { actions: page.lines, next: page.next, unreadable: page.unreadable }
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException
      if (syscall === undefined) throw error
      const message = `The log of actions cannot be read (${code}).`
      throw new ServiceError('unavailable', message, { cause: error })
    }
  })
}
