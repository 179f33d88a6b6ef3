import type { SystemStats } from '@taskmanager/contracts'

/** Devices that the machine of the pictures need not have: two cards, a battery and more interfaces. Figures are made up. */
export function withMoreDevices(text: string): string {
  const frame = JSON.parse(text) as SystemStats
  if (frame.type !== 'stats') return text
  const wave = (low: number, high: number, seconds: number) =>
    low + ((high - low) * (1 + Math.sin((frame.sampled_at_ms / 1000 / seconds) * 2 * Math.PI))) / 2
  const usage = wave(4, 63, 17)
  const GIB = 2 ** 30
  const card = {
    id: 'gpu-0',
    name: 'NVIDIA GeForce RTX 3070',
    vendor: 'nvidia',
    driver: '550.90.07',
    uuid: null,
    usage_percent: usage,
    memory_used_bytes: 2.2 * GIB,
    memory_total_bytes: 8 * GIB,
    memory_controller_percent: usage / 3,
    temperature_celsius: 48,
    power_watts: 40 + usage,
    power_limit_watts: 220,
    fan_percent: 31,
    clock_mhz: 870,
    memory_clock_mhz: 6800,
    encoder_percent: 0,
    decoder_percent: wave(0, 24, 11),
    slowed_by: [],
    processes: [{ pid: 1, usage_percent: usage / 2, memory_bytes: GIB }],
    unknown: {},
  } as const
  return JSON.stringify({
    ...frame,
    gpu_usage: usage,
    gpu_memory_used: 2.2 * GIB,
    gpu_memory_total: 8 * GIB,
    gpu_temperature: 48,
    cpu: { ...frame.cpu, temperature_celsius: 61 },
    gpus: [
      card,
      { ...card, id: 'gpu-1', name: 'Intel UHD Graphics 770', vendor: 'intel', usage_percent: 2 },
    ],
    power: {
      on_ac: false,
      battery_percent: 71,
      battery_status: 'discharging',
      battery_watts: wave(9, 15, 23),
      battery_seconds_left: 11_400,
      battery_health_percent: 92,
      package_watts: wave(6, 28, 13),
    },
    networks: [
      ...frame.networks,
      ...['wlan0', 'docker0'].map((id) => ({
        ...frame.networks[0],
        id,
        kind: id === 'wlan0' ? 'wifi' : 'virtual',
        up: true,
        mac: '00:16:3e:00:00:02',
        addresses: id === 'wlan0' ? ['192.168.1.20/24'] : ['172.17.0.1/16'],
        link_bits_per_second: id === 'wlan0' ? 866e6 : null,
        recv_bytes: 4 * GIB,
        sent_bytes: GIB,
        recv_bytes_per_second: wave(1e4, 1e6, 19),
        sent_bytes_per_second: wave(1e3, 9e4, 7),
        errors: 0,
        drops: 0,
      })),
    ],
  })
}
