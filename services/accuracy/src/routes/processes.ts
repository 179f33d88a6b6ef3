import { ErrorBody, ProcessList, ProcessQuery, type ProcessListBody } from '@taskmanager/contracts'
import type { Service } from '@taskmanager/service-kit'
import type { Answers } from '../answers.ts'
import { selectRows } from '../select-rows.ts'

/** `GET /api/processes`: the whole list is one string a tick, shared by all; a selection is made for its asker. */
export function addProcesses(service: Service, answers: Answers): void {
  service.app.get(
    '/api/processes',
    {
      schema: {
        summary: 'The processes',
        description:
          'Every process with its CPU as a share of the whole machine, sums, and where the busy time went.',
        querystring: ProcessQuery,
        response: { 200: ProcessList, 400: ErrorBody },
      },
    },
    async (request, reply) => {
      const { query } = request
      if (Object.keys(query).length === 0) {
        const bytes: unknown = await answers.processes() // serialised already, once for all
        return reply.type('application/json; charset=utf-8').send(bytes as ProcessListBody)
      }
      const facts = await answers.latest()
      return { ...facts, processes: selectRows(answers.rows(), query) }
    },
  )
}
