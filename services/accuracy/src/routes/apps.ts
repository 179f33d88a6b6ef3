import { AppList, type AppListBody } from '@taskmanager/contracts'
import type { Service } from '@taskmanager/service-kit'
import type { Answers } from '../answers.ts'

/** `GET /api/apps`: one string a tick, shared by all. */
export function addApps(service: Service, answers: Answers): void {
  service.app.get(
    '/api/apps',
    {
      schema: {
        summary: 'The apps',
        description:
          'Processes that belong together: by container, scope or service where the system knows, else by program.',
        response: { 200: AppList },
      },
    },
    async (_request, reply) => {
      const facts = await answers.latest()
      const bytes: unknown = answers.apps(facts) // serialised already, once for all
      return reply.type('application/json; charset=utf-8').send(bytes as AppListBody)
    },
  )
}
