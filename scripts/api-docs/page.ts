import { ERRORS } from '@taskmanager/contracts'
import type { TSchema } from 'typebox'
import { fieldsOf } from './describe-schema.ts'
import { SERVICES, type DocumentedRoute } from './routes.ts'

const INTRODUCTION = `# API

Generated from the schemas in \`packages/contracts\` by \`node scripts/api-docs.ts\`; do not edit. A running service has the same as
OpenAPI at \`/openapi.json\`, with a page to read it on at \`/docs\`.

Names are \`snake_case\` and carry their unit. A key is always there; an unknown value is \`null\`, and the \`unknown\` map of the same
object says why. Percents are 0–100, instants are epoch milliseconds. \`cpu_percent\` is a share of the whole machine.

## Who may call

| Needs | Means |
|---|---|
| nothing | anybody on this computer |
| read | a program of the same user on this computer, else \`Authorization: Bearer\` with the read token |
| page | the same user, from the page's own origin |
| control | \`Authorization: Bearer\` with the control token (\`control.token\` in the run directory, mode 0600) |

Every request must name \`localhost\`, \`127.0.0.1\` or \`[::1]\` with the port as \`Host\`; a present \`Origin\` must be the page's.
Changes are \`POST\` with \`content-type: application/json\`. Over a socket the token travels as the subprotocol \`tmp.bearer.TOKEN\`
beside \`tmp.v1\`.
`

/** The whole page, as docs/API.md has it. */
export function apiPage(): string {
  const services = SERVICES.map(
    ({ title, routes }) => `## ${title}\n\n${routes.map(routeSection).join('\n')}`,
  )
  return `${[INTRODUCTION, ...services, errorsSection()].join('\n').trimEnd()}\n`
}

function routeSection(route: DocumentedRoute): string {
  const socket = route.call.startsWith('WS')
  return [
    `### \`${route.call}\`\n\n${route.about} Needs: ${route.needs}.\n`,
    route.query && table('Query', route.query),
    route.body && table(socket ? 'A viewer may send' : 'Body', route.body),
    ...route.answers.map(([title, schema]) => table(title, schema)),
  ]
    .filter(Boolean)
    .join('\n')
}

function table(title: string, schema: TSchema): string {
  const fields = fieldsOf(schema)
  if (fields.length === 0) return ''
  const rows = fields.map(
    ({ path, type, optional, about }) =>
      `| \`${path}\`${optional ? ' (optional)' : ''} | ${cell(type)} | ${cell(about)} |`,
  )
  return [`${title}:\n`, '| Key | Type | Meaning |', '|---|---|---|', ...rows, ''].join('\n')
}

const cell = (text: string) => text.replaceAll('|', String.raw`\|`)

function errorsSection(): string {
  const rows = Object.entries(ERRORS).map(([code, status]) => `| \`${code}\` | ${status} |`)
  return [
    '## Errors\n',
    'Every answer that is not a success is `{ error, message, id }`, sometimes with `detail`: a code from this list, a sentence for',
    'a person, and the id of the request, which is also in the log.\n',
    '| Code | Status |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n')
}
