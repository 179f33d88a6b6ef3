import type { OutgoingHttpHeaders } from 'node:http'
import { BEARER_PROTOCOL_PREFIX, STREAM_PROTOCOL } from '@taskmanager/contracts'
import { SERVICES } from '../../../scripts/api-docs/routes.ts'

export interface Route {
  service: 'stats' | 'accuracy'
  /** As the documentation writes it: `WS /api/stats/stream`. */
  call: string
  needs: 'nothing' | 'read' | 'page' | 'control'
}

/** Served, and deliberately not among the calls that docs/API.md explains. */
const UNEXPLAINED = ['GET /openapi.json', 'GET /docs', 'GET /docs/json', 'GET /nothing/here']
const BOTH = ['stats', 'accuracy'] as const

/** Every address of both services, streams and the reading page included, and one that does not exist. */
export const EVERY_ROUTE: readonly Route[] = [
  ...SERVICES.flatMap(({ title, routes }) => {
    const services = title.startsWith('Port 8000')
      ? (['stats'] as const)
      : title.startsWith('Port 8001')
        ? (['accuracy'] as const)
        : BOTH
    return services.flatMap((service) =>
      routes
        // One-time codes are given on 8001 only.
        .filter(({ call }) => service === 'accuracy' || !call.includes('launch-code'))
        .map(({ call, needs }) => ({ service, call, needs })),
    )
  }),
  ...BOTH.flatMap((service) =>
    UNEXPLAINED.map((call) => ({ service, call, needs: 'read' as const })),
  ),
]

/** Of the pages' server, as far as it is a server like the others. */
export const UPGRADE_HEADERS = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
}

/** The request that a caller with this token sends; the bodies of control name nobody, so whoever passes gets 400. */
export function requestTo({ call }: Route, token: string | null, origin?: string) {
  const [word = '', address = ''] = call.split(' ')
  const path = address.replace(':pid', String(process.pid))
  const headers: OutgoingHttpHeaders = origin === undefined ? {} : { origin }
  if (word === 'WS') {
    const protocols = [STREAM_PROTOCOL, ...(token === null ? [] : [BEARER_PROTOCOL_PREFIX + token])]
    return {
      method: 'GET',
      path,
      headers: {
        ...headers,
        ...UPGRADE_HEADERS,
        'sec-websocket-protocol': protocols.join(', '),
      },
    }
  }
  if (token !== null) headers['authorization'] = `Bearer ${token}`
  if (word === 'GET') return { method: 'GET', path, headers }
  return {
    method: word,
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  }
}
