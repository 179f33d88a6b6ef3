import { expect, test } from 'vitest'
import type { GpuSample } from '../../packages/platform/src/gpu/gpu.ts'
import { compareWithSmi, parseNvidiaSmi } from '../load/nvidia-smi.ts'

const XML = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <driver_version>550.54.15</driver_version>
  <cuda_version>12.4</cuda_version>
  <gpu id="00000000:3B:00.0">
    <product_name>NVIDIA L4</product_name>
    <fan_speed>N/A</fan_speed>
    <fb_memory_usage>
      <total>23034 MiB</total>
      <used>4 MiB</used>
    </fb_memory_usage>
    <clocks><graphics_clock>210 MHz</graphics_clock></clocks>
    <max_clocks><graphics_clock>2040 MHz</graphics_clock></max_clocks>
    <ecc_mode><current_ecc>Enabled</current_ecc></ecc_mode>
    <gpu_power_readings><current_power_limit>72.00 W</current_power_limit></gpu_power_readings>
    <processes>
      <process_info>
        <pid>4321</pid>
        <type>C</type>
        <used_memory>1034 MiB</used_memory>
      </process_info>
      <process_info>
        <pid>77</pid>
        <used_memory>N/A</used_memory>
      </process_info>
    </processes>
    <capped_gpus />
  </gpu>
  <gpu id="00000000:AF:00.0">
    <product_name>NVIDIA L40</product_name>
  </gpu>
</nvidia_smi_log>`

test('cards by their address, with what is of the whole log', () => {
  const cards = parseNvidiaSmi(XML)
  expect([...cards.keys()]).toEqual(['0000:3b:00.0', '0000:af:00.0'])
  const facts = cards.get('0000:3b:00.0')
  expect(facts?.get('clocks/graphics_clock')).toBe('210 MHz')
  expect(facts?.get('max_clocks/graphics_clock')).toBe('2040 MHz')
  expect(cards.get('0000:af:00.0')?.get('driver_version')).toBe('550.54.15')
  expect(cards.get('0000:af:00.0')?.has('fan_speed')).toBe(false)
})

test('fixed figures are the same or differ, moving ones and those it does not tell have no verdict, untold ones are left out', () => {
  const gpu = {
    name: 'NVIDIA L4',
    driver: 'NVIDIA 550.54.15',
    pcieWidthMax: 16,
    memoryTotalBytes: 23034 * 1024 ** 2 - 5,
    clockMhz: 300,
    clockMaxMhz: 2100,
    fanPercent: null,
    eccEnabled: true,
    powerLimitWatts: null,
    processes: [4321, 5].map((pid) => ({ pid, memoryBytes: 1034 * 1024 ** 2 })),
  }
  const compared = compareWithSmi(
    new Proxy(gpu, {
      get: (card, key) => Reflect.get(card, key) ?? null,
    }) as object as GpuSample,
    parseNvidiaSmi(XML).get('0000:3b:00.0') ?? new Map(),
  )
  const users = compared.filter(({ name }) => name.startsWith('memory of'))
  expect(users.map(({ name, ours, theirs }) => [name, ours, theirs])).toEqual([
    ['memory of 4321, MiB', '1034', '1034 MiB'],
    ['memory of 5, MiB', '1034', '–'],
  ])
  const rest = compared.filter((one) => !users.includes(one))
  expect(Object.fromEntries(rest.map(({ name, isSame }) => [name, isSame]))).toEqual({
    name: true,
    driver: true,
    CUDA: false,
    'lanes, most': null,
    'memory, MiB': true,
    'power limit, W': false,
    'largest clock, MHz': false,
    ECC: true,
    'memory used, MiB': null,
    'clock, MHz': null,
  })
})
