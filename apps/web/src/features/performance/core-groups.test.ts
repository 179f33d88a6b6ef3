import { expect, test } from 'vitest'
import { groupCores, type Core } from './core-groups.ts'

const cores = (count: number, usage: (index: number) => number | null = () => 0): Core[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    usage_percent: usage(index),
    kernel_percent: null,
    frequency_mhz: null,
  }))
const group = (
  socket: number,
  numa_node: number,
  cpus: number[],
  kind: 'efficient' | null = null,
) => ({
  socket,
  numa_node,
  kind,
  cpus,
})
const titles = (...groups: ReturnType<typeof group>[]) =>
  groupCores(cores(8), groups).map(({ title, cores: of }) => `${title}: ${of.length}`)

test('one group, or none known, is not named', () => {
  expect(groupCores(cores(4), null)).toMatchObject([{ title: null, usage: 0 }])
  expect(groupCores(cores(4), [group(0, 0, [0, 1, 2, 3])])).toMatchObject([{ title: null }])
})

test('a name says what there is more than one of', () => {
  expect(titles(group(0, 0, [0, 1, 2, 3]), group(1, 1, [4, 5, 6, 7]))).toEqual([
    'Socket 0: 4',
    'Socket 1: 4',
  ])
  expect(titles(group(0, 0, [0, 1, 2, 3]), group(0, 1, [4, 5, 6, 7]))).toEqual([
    'Node 0: 4',
    'Node 1: 4',
  ])
  expect(titles(group(0, 0, [0, 1]), group(0, 1, [2, 3]), group(1, 2, [4, 5, 6, 7]))).toEqual([
    'Socket 0, node 0: 2',
    'Socket 0, node 1: 2',
    'Socket 1, node 2: 4',
  ])
  expect(titles(group(0, 0, [0, 1, 2, 3]), group(0, 0, [4, 5, 6, 7], 'efficient'))).toEqual([
    'Other cores: 4',
    'Efficient cores: 4',
  ])
})

test('every core is shown once, also one nobody told of; means are of what is known', () => {
  const groups = groupCores(
    cores(6, (index) => (index === 1 ? null : index * 10)),
    [group(0, 0, [0, 1, 9]), group(1, 1, [2, 3])],
  )
  expect(groups.map(({ title, usage }) => [title, usage])).toEqual([
    ['Socket 0', 0],
    ['Socket 1', 25],
    ['Other cores', 45],
  ])
})
