import { expect, test } from 'vitest'
import { httpBudgets, httpRows, type Served } from './http-rows.ts'
import type { LoadAnswer } from './load-order.ts'

const answers = (latenciesMs: number[], tookMs = 1000): LoadAnswer => ({
  latenciesMs,
  tookMs,
  failures: 0,
  bytes: 2000,
})

const many = (count: number) => Array.from({ length: count }, () => 0.5)

const ours: Served = {
  name: 'ours',
  paced: [answers([0.4, 0.6, 0.5]), answers([0.5, 7])],
  flat: [answers(many(900)), answers(many(450))],
  cpuMs: [90, 45],
}
const bare: Served = {
  name: 'bare',
  paced: [answers([0.2]), answers([0.2])],
  flat: [answers(many(1000)), answers(many(500))],
  cpuMs: [50, 25],
}

test('latencies are of all rounds, throughput is compared round by round', () => {
  expect(httpRows([ours, bare], null)).toEqual([
    ['ours', '0.50 ms', '7.00 ms', '675/s', '0.90 ×', '0.10 ms', '2.00 KB', '0'],
    ['bare', '0.20 ms', '0.20 ms', '750/s', '1', '0.05 ms', '2.00 KB', '0'],
  ])
})

test('who is missing has a row that says how to get it', () => {
  expect(httpRows([ours, bare], 'apt-get install it').at(-1)?.slice(0, 2)).toEqual([
    'FastAPI and psutil',
    'missing: apt-get install it',
  ])
})

test('budgets of latency are for the polled addresses, of throughput for all', () => {
  expect(httpBudgets('/api/stats', [ours, bare]).map(({ kept }) => kept)).toEqual([
    true,
    false,
    true,
  ])
  expect(httpBudgets('/api/apps', [ours, bare]).map(({ measured }) => measured)).toEqual(['0.90 ×'])
})
