import { expect, test } from 'vitest'
import { countedDisks } from './stats-series.ts'

type Disk = Parameters<typeof countedDisks>[0][number]
const disk = (id: string, kind: Disk['kind']) => ({ id, kind }) as Disk

test('virtual disks do not count beside real ones', () => {
  const disks = [disk('nvme0n1', 'nvme'), disk('dm-0', 'virtual')]
  expect(countedDisks(disks).map(({ id }) => id)).toEqual(['nvme0n1'])
})

test('the disk of a virtual machine counts: its chart on Overview was empty', () => {
  expect(countedDisks([disk('vda', 'virtual')]).map(({ id }) => id)).toEqual(['vda'])
})
