import { ErrorBody, FiguresQuery, ProcessFigures, type AskedField } from '@taskmanager/contracts'
import { ServiceError, type ServiceApp } from '@taskmanager/service-kit'
import type { AskedFiguresReader } from '../asked-figures.ts'

/** `GET /api/process-figures`: figures that nobody pays for until somebody asks. */
export function addProcessFigures(app: ServiceApp, figures: AskedFiguresReader | null): void {
  const schema = {
    summary: 'What is too dear to be in the list, of every process',
    tags: ['processes'],
    querystring: FiguresQuery,
    response: { 200: ProcessFigures, 400: ErrorBody, 501: ErrorBody },
  }
  app.get('/api/process-figures', { schema }, async ({ query }): Promise<ProcessFigures> => {
    if (figures === null) {
      throw new ServiceError('not_supported', 'These figures are not available on this system yet.')
    }
    return figures.read(new Set(query.fields.split(',') as AskedField[]))
  })
}
