/** Cards and clients as the kernel shows them, for tests of what reads `/sys/class/drm`, `/sys/class/accel` and `/proc/<pid>/fdinfo`. */

type Files = Record<string, string>

const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))

/** A Radeon RX 6900 XT under amdgpu of Linux 6.8. */
export const amdgpu = (card: string): Files =>
  under(`sys/class/drm/${card}`, {
    'device/vendor': '0x1002\n',
    'device/device': '0x73bf\n',
    'device/unique_id': '1c2f54a86b8e9d21\n',
    'device/uevent': 'DRIVER=amdgpu\nPCI_ID=1002:73BF\nPCI_SLOT_NAME=0000:0a:00.0\n',
    'device/power/runtime_status': 'active\n',
    'device/gpu_busy_percent': '37\n',
    'device/mem_busy_percent': '12\n',
    'device/mem_info_vram_total': '17163091968\n',
    'device/mem_info_vram_used': '1203453952\n',
    'device/mem_info_gtt_total': '16777216000\n',
    'device/mem_info_gtt_used': '52428800\n',
    'device/current_link_speed': '16.0 GT/s PCIe\n',
    'device/current_link_width': '16\n',
    'device/max_link_speed': '16.0 GT/s PCIe\n',
    'device/max_link_width': '16\n',
    'device/pp_dpm_sclk': '0: 500Mhz \n1: 2105Mhz *\n2: 2660Mhz \n',
    'device/pp_dpm_mclk': '0: 96Mhz \n1: 1000Mhz *\n',
    'device/hwmon/hwmon4/name': 'amdgpu\n',
    'device/hwmon/hwmon4/temp1_input': '52000\n',
    'device/hwmon/hwmon4/temp1_crit': '100000\n',
    'device/hwmon/hwmon4/temp1_emergency': '105000\n',
    'device/hwmon/hwmon4/temp2_input': '64000\n',
    'device/hwmon/hwmon4/temp3_input': '58000\n',
    'device/hwmon/hwmon4/power1_average': '41000000\n',
    'device/hwmon/hwmon4/power1_cap': '255000000\n',
    'device/hwmon/hwmon4/power1_cap_max': '293000000\n',
    'device/hwmon/hwmon4/power1_cap_min': '0\n',
    'device/hwmon/hwmon4/fan1_input': '1210\n',
    'device/hwmon/hwmon4/pwm1': '51\n',
    'device/hwmon/hwmon4/freq1_input': '2105000000\n',
    'device/hwmon/hwmon4/freq2_input': '1000000000\n',
  })

/** Graphics of a laptop under i915 of Linux 6.8: no memory of its own, no sensors. */
export const i915 = (card: string): Files =>
  under(`sys/class/drm/${card}`, {
    'device/vendor': '0x8086\n',
    'device/device': '0xa7a0\n',
    'device/uevent': 'DRIVER=i915\nPCI_ID=8086:A7A0\nPCI_SLOT_NAME=0000:00:02.0\n',
    'device/power/runtime_status': 'active\n',
    'gt/gt0/rps_act_freq_mhz': '650\n',
    'gt/gt0/rps_max_freq_mhz': '1500\n',
    'gt/gt0/rps_RP0_freq_mhz': '1500\n',
    'gt/gt0/rc6_residency_ms': '1000000\n',
    'gt/gt0/throttle_reason_status': '0\n',
  })

/** An Arc B580 under xe of Linux 6.15: two parts, memory of its own. */
export const xe = (card: string): Files =>
  under(`sys/class/drm/${card}/device`, {
    vendor: '0x8086\n',
    device: '0xe20b\n',
    uevent: 'DRIVER=xe\nPCI_ID=8086:E20B\nPCI_SLOT_NAME=0000:03:00.0\n',
    'power/runtime_status': 'active\n',
    'tile0/physical_vram_size_bytes': '12834570240\n',
    'tile0/gt0/freq0/act_freq': '2000\n',
    'tile0/gt0/freq0/max_freq': '2850\n',
    'tile0/gt0/freq0/rp0_freq': '2850\n',
    'tile0/gt0/freq0/throttle/status': '1\n',
    'tile0/gt0/freq0/throttle/reason_pl1': '1\n',
    'tile0/gt0/freq0/throttle/reason_thermal': '1\n',
    'tile0/gt0/gtidle/idle_residency_ms': '5000\n',
    'tile0/gt1/freq0/act_freq': '1100\n',
    'tile0/gt1/freq0/max_freq': '1400\n',
    'tile0/gt1/freq0/throttle/status': '0\n',
    'tile0/gt1/gtidle/idle_residency_ms': '9000\n',
    'hwmon/hwmon5/temp2_input': '61000\n',
    'hwmon/hwmon5/temp3_input': '66000\n',
    'hwmon/hwmon5/energy1_input': '500000000\n',
    'hwmon/hwmon5/power1_max': '190000000\n',
    'hwmon/hwmon5/fan1_input': '1500\n',
  })

/** The NPU of a Meteor Lake under intel_vpu of Linux 6.16. */
export const intelNpu = (device: string): Files =>
  under(`sys/class/accel/${device}/device`, {
    vendor: '0x8086\n',
    device: '0x7d1d\n',
    uevent: 'DRIVER=intel_vpu\nPCI_CLASS=120000\nPCI_ID=8086:7D1D\nPCI_SLOT_NAME=0000:00:0b.0\n',
    'power/runtime_status': 'active\n',
    npu_busy_time_us: '1250000\n',
    npu_memory_utilization: '268435456\n',
    npu_current_frequency_mhz: '950\n',
    npu_max_frequency_mhz: '1400\n',
    sched_mode: 'HW\n',
  })

/** The NPU of a Strix Point under amdxdna of Linux 6.14. */
export const amdNpu = (device: string): Files =>
  under(`sys/class/accel/${device}/device`, {
    vendor: '0x1022\n',
    device: '0x17f0\n',
    uevent: 'DRIVER=amdxdna\nPCI_CLASS=118000\nPCI_ID=1022:17F0\nPCI_SLOT_NAME=0000:c4:00.1\n',
    'power/runtime_status': 'active\n',
    vbnv: 'NPU Strix\n',
    fw_version: '1.1.2.64\n',
    device_type: '0\n',
  })

const MS = 1_000_000

export const fdinfo = {
  amdgpu: (client: number, gfxMs: number, decMs: number, vramKib: number) =>
    `pos:\t0\nflags:\t02100002\nmnt_id:\t26\nino:\t1031\ndrm-driver:\tamdgpu\ndrm-client-id:\t${client}\n` +
    `drm-pdev:\t0000:0a:00.0\npasid:\t32771\ndrm-memory-vram:\t${vramKib} KiB\ndrm-memory-gtt: \t2048 KiB\n` +
    `drm-memory-cpu: \t0 KiB\namd-memory-visible-vram:\t10 KiB\ndrm-engine-gfx:\t${gfxMs * MS} ns\n` +
    `drm-engine-dec:\t${decMs * MS} ns\ndrm-engine-enc_1:\t0 ns\n`,
  i915: (client: number, renderMs: number, videoMs: number) =>
    `pos:\t0\nflags:\t02100002\nmnt_id:\t26\nino:\t617\ndrm-driver:\ti915\ndrm-client-id:\t${client}\n` +
    `drm-pdev:\t0000:00:02.0\ndrm-total-system0:\t96 MiB\ndrm-shared-system0:\t4 MiB\ndrm-active-system0:\t0\n` +
    `drm-resident-system0:\t80 MiB\ndrm-purgeable-system0:\t1 MiB\ndrm-total-stolen-system0:\t0\n` +
    `drm-engine-render:\t${renderMs * MS} ns\ndrm-engine-copy:\t0 ns\ndrm-engine-video:\t${videoMs * MS} ns\n` +
    `drm-engine-capacity-video:\t2\ndrm-engine-video-enhance:\t0 ns\n`,
  xe: (client: number, rcs: number, total: number) =>
    `pos:\t0\nflags:\t0100002\nmnt_id:\t26\nino:\t685\ndrm-driver:\txe\ndrm-client-id:\t${client}\n` +
    `drm-pdev:\t0000:03:00.0\ndrm-total-system:\t0\ndrm-resident-system:\t0\ndrm-total-gtt:\t192 KiB\n` +
    `drm-resident-gtt:\t192 KiB\ndrm-total-vram0:\t24 MiB\ndrm-resident-vram0:\t20 MiB\n` +
    `drm-cycles-rcs:\t${rcs}\ndrm-total-cycles-rcs:\t${total}\ndrm-cycles-ccs:\t${rcs * 2}\n` +
    `drm-total-cycles-ccs:\t${total}\ndrm-engine-capacity-ccs:\t4\n`,
  /** `engine`: as AMD's own tree and its branch for the kernel name it; null: the kernel itself, which counts nothing. */
  amdxdna: (client: number, engine: string | null, busyMs: number) =>
    `pos:\t0\nflags:\t02100002\nmnt_id:\t26\nino:\t811\ndrm-driver:\tamdxdna_accel_driver\ndrm-client-id:\t${client}\n` +
    `drm-pdev:\t0000:c4:00.1\n${engine === null ? '' : `drm-engine-${engine}:\t${busyMs * MS} ns\n`}` +
    `amdxdna_accel_driver-heap-alloc:\t0\ndrm-total-memory:\t70 MiB\ndrm-shared-memory:\t0\n` +
    `drm-active-memory:\t0\ndrm-resident-memory:\t64 MiB\ndrm-purgeable-memory:\t0\n`,
  intelVpu: (client: number) =>
    `pos:\t0\nflags:\t02100002\nmnt_id:\t26\nino:\t812\ndrm-driver:\tintel_vpu\ndrm-client-id:\t${client}\n` +
    `drm-pdev:\t0000:00:0b.0\ndrm-total-memory:\t128 MiB\ndrm-shared-memory:\t0\ndrm-active-memory:\t0\n` +
    `drm-resident-memory:\t128 MiB\ndrm-purgeable-memory:\t0\n`,
} as const

/** A process with one open file of a card, and some others. */
export const holder = (pid: number, fd: number, node: string, info: string): Files =>
  under(`proc/${pid}`, {
    'fd/0': '-> /dev/null',
    'fd/1': '-> socket:[4711]',
    [`fd/${fd}`]: `-> /dev/${node.startsWith('accel') ? 'accel' : 'dri'}/${node}`,
    [`fdinfo/${fd}`]: info,
  })
