import type { PortSocket } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { indexPorts, portHint, portRole } from './port-index.ts'

const socket = (change: Partial<PortSocket>): PortSocket => ({
  protocol: 'tcp',
  role: 'listens',
  local_address: '127.0.0.1',
  local_port: 8000,
  remote_address: null,
  remote_port: null,
  user: 'anna',
  owners: [{ pid: 10, start_id: 's', name: 'server' }],
  unknown: {},
  ...change,
})
const talks = (own: number, other: number, pid: number, address = '127.0.0.1') =>
  socket({
    role: 'connected',
    local_port: own,
    remote_port: other,
    remote_address: address,
    owners: [{ pid, start_id: 's', name: 'x' }],
  })

const index = indexPorts({
  sockets: [
    socket({}),
    talks(8000, 50_000, 11),
    talks(50_000, 8000, 20),
    talks(50_001, 443, 20, '203.0.113.7'),
    socket({ local_port: 22, user: 'root', owners: null, unknown: { owners: 'not_permitted' } }),
  ],
  socket_count: 5,
  complete: true,
  sampled_at_ms: 0,
})
const of = (pid: number) => index.byProcess.get(`${pid}.s`)

test('the listener, its worker and its client stand on the port, each with its role', () => {
  expect(portRole(of(10), 8000)).toBe('listens')
  expect(portRole(of(11), 8000)).toBe('connected')
  expect(portRole(of(20), 8000)).toBe('connected')
  expect(portRole(of(20), 22)).toBeNull()
  expect(portRole(of(99), 8000)).toBeNull()
})

test('the hint says where to when the other end is elsewhere', () => {
  expect(portHint(of(10), 8000)).toBe('listens on :8000')
  expect(portHint(of(20), 8000)).toBe('connected to :8000')
  expect(portHint(of(20), 443)).toBe('connected to 203.0.113.7 :443')
  expect(portHint(of(99), 8000)).toBeNull()
})

test('a listener nobody may look into is told by its user, and a reused pid inherits nothing', () => {
  expect([...index.hidden]).toEqual([[22, 'root']])
  expect(index.byProcess.get('10.other')).toBeUndefined()
})
