import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fdinfo } from './__fixtures__/drm-trees.ts'
import { engineWord, isOnCard, parseFdinfo } from './drm-fdinfo.ts'

test('engines with their measure, memory by its best word', () => {
  const info = parseFdinfo(fdinfo.xe(3, 28257900, 7655183225))
  expect(info).toMatchObject({ driver: 'xe', pdev: '0000:03:00.0', clientId: '3' })
  expect(Object.fromEntries(info?.engines ?? [])).toEqual({
    rcs: { busyNs: null, cycles: 28257900, totalCycles: 7655183225, capacity: 1 },
    ccs: { busyNs: null, cycles: 56515800, totalCycles: 7655183225, capacity: 4 },
  })
  expect(Object.fromEntries(info?.memory ?? [])).toEqual({
    system: 0,
    gtt: 196608,
    vram0: 20 * 1024 ** 2,
  })
})

test('what is no client is none: another file, an older kernel, half a line', () => {
  expect(parseFdinfo('pos:\t0\nflags:\t02\n')).toBeNull()
  expect(parseFdinfo('pdev:\t0000:0a:00.0\nvram mem:\t100 kB\ngfx0:\t1.00%\n')).toBeNull()
  expect(parseFdinfo('drm-driver:\tamdgpu\ndrm-client-id\n')).toBeNull()
})

test('a capacity of zero and an odd number spoil nothing', () => {
  const info = parseFdinfo(
    'drm-driver: x\ndrm-client-id: 1\ndrm-engine-a: -5 ns\ndrm-engine-b: 7 ns\ndrm-engine-capacity-b: 0\ndrm-memory-vram: 1 PiB\n',
  )
  expect(info?.engines.get('a')?.busyNs).toBeNull()
  expect(info?.engines.get('b')).toMatchObject({ busyNs: 7, capacity: 1 })
})

test('any text is read without a throw, in figures of at least zero', () => {
  const line = fc
    .tuple(fc.constantFrom('drm-engine-', 'drm-cycles-', 'drm-memory-', 'drm-'), fc.string())
    .map(([key, rest]) => key + rest)
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const info = parseFdinfo(['drm-driver: x', 'drm-client-id: 1', ...lines].join('\n'))
      for (const { busyNs, capacity } of info?.engines.values() ?? []) {
        expect(busyNs ?? 0).toBeGreaterThanOrEqual(0)
        expect(capacity).toBeGreaterThanOrEqual(1)
      }
    }),
  )
})

test('engines in words, and which memory is on the card', () => {
  expect(['gfx', 'rcs', 'vcs', 'enc_1', 'vpe'].map(engineWord)).toEqual([
    '3D',
    '3D',
    'video',
    'encode',
    'vpe',
  ])
  expect(['vram', 'vram0', 'local1', 'gtt', 'system0', 'stolen-local0'].map(isOnCard)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})
