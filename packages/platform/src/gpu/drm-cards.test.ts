import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { DrmSource } from './drm-cards.ts'

test('an AMD card with all its files, and one that sleeps and is not woken', async () => {
  using sys = tree({
    'class/drm/card0/device/vendor': '0x1002',
    'class/drm/card0/device/device': '0x73bf',
    'class/drm/card0/device/uevent': 'DRIVER=amdgpu\nPCI_ID=1002:73BF\n',
    'class/drm/card0/device/gpu_busy_percent': '37',
    'class/drm/card0/device/mem_busy_percent': '12',
    'class/drm/card0/device/mem_info_vram_total': '17163091968',
    'class/drm/card0/device/mem_info_vram_used': '1203453952',
    'class/drm/card0/device/hwmon/hwmon4/temp1_input': '52000',
    'class/drm/card0/device/hwmon/hwmon4/power1_average': '41000000',
    'class/drm/card0/device/hwmon/hwmon4/freq1_input': '2105000000',
    'class/drm/card0-DP-1/status': 'connected',
    'class/drm/card1/device/vendor': '0x1002',
    'class/drm/card1/device/gpu_busy_percent': '99',
    'class/drm/card1/device/power/runtime_status': 'suspended',
    'class/drm/card2/device/vendor': '0x1af4',
  })
  const source = new DrmSource(sys.root)
  const [card, asleep, ...rest] = await source.read()
  expect(rest).toEqual([])
  expect(card).toMatchObject({
    id: 'gpu-0',
    vendor: 'amd',
    name: 'AMD graphics [73bf]',
    driver: 'amdgpu',
    usagePercent: 37,
    memoryUsedBytes: 1203453952,
    memoryTotalBytes: 17163091968,
    temperatureCelsius: 52,
    powerWatts: 41,
    clockMhz: 2105,
    fanPercent: null,
    unknown: { fan_percent: 'not_supported' },
  })
  expect(asleep).toMatchObject({ usagePercent: null, unknown: { usage_percent: 'not_reported' } })
  expect(source.capability()).toEqual({ available: true, reason: null })
})

test('no card: an empty list and a sentence', async () => {
  const source = new DrmSource('/nowhere')
  expect(await source.read()).toEqual([])
  expect(source.capability().reason).toBe('No AMD or Intel graphics card was found.')
})
