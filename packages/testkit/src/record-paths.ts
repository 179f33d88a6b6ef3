/** What is recorded of a machine, one pattern a line; `*` is any name, `#` a number. Environments and memory never are. */
export const PROC_PATHS = `
stat meminfo uptime loadavg vmstat diskstats partitions swaps cpuinfo version filesystems cgroups
pressure/cpu pressure/memory pressure/io
self thread-self mounts net
sys/kernel/osrelease sys/kernel/hostname sys/kernel/pid_max sys/kernel/random/boot_id sys/fs/file-nr
#/stat #/statm #/status #/comm #/cmdline #/cgroup #/io #/schedstat #/smaps_rollup #/limits #/oom_score #/oom_score_adj
#/sessionid #/loginuid #/exe #/cwd #/root #/mountinfo #/mounts
#/fd/* #/fdinfo/*
#/net/dev #/net/tcp #/net/tcp6 #/net/udp #/net/udp6 #/net/unix #/net/if_inet6 #/net/route #/net/fib_trie
#/task/#/stat #/task/#/comm
`

/** Recorded of the recorder itself (`self`) only: the others would say the same many times over. */
export const ONLY_OF_SELF = new Set(['mountinfo', 'mounts', 'net', 'limits'])

export const SYS_PATHS = `
block/*/size block/*/stat block/*/removable block/*/dev block/*/ro block/*/queue/rotational
block/*/queue/logical_block_size
block/*/device/model block/*/device/vendor block/*/device/state block/*/device/rev block/*/device/firmware_rev block/*/dm/name block/*/slaves/* block/*/holders/*
block/*/*/partition block/*/*/size block/*/*/dev block/*/mm_stat block/*/disksize block/*/comp_algorithm
class/net/*/address class/net/*/operstate class/net/*/carrier class/net/*/speed class/net/*/type class/net/*/mtu
class/net/*/flags class/net/*/ifindex class/net/*/statistics/* class/net/*/wireless class/net/*/device class/net/*/tun_flags
class/net/*/bridge class/net/*/bonding class/net/*/uevent
class/hwmon/*/name class/hwmon/*/temp*_input class/hwmon/*/temp*_label class/hwmon/*/temp*_max class/hwmon/*/temp*_crit
class/hwmon/*/fan*_input class/hwmon/*/fan*_label class/hwmon/*/power*_input class/hwmon/*/power*_average class/hwmon/*/in*_input
class/hwmon/*/in*_label class/hwmon/*/device
class/thermal/*/type class/thermal/*/temp class/power_supply/*/* class/powercap/*/name class/powercap/*/energy_uj
class/powercap/*/max_energy_range_uj class/drm/*/device class/dmi/id/*
devices/system/cpu/online devices/system/cpu/present devices/system/cpu/possible devices/system/cpu/smt/active
devices/system/cpu/cpu#/topology/* devices/system/cpu/cpu#/cpufreq devices/system/cpu/cpufreq/*/*
devices/system/cpu/cpu#/cache/*/* devices/system/cpu/cpu#/online devices/system/cpu/cpu#/thermal_throttle/*
devices/system/node/online devices/system/node/*/cpulist devices/system/node/*/meminfo
fs/cgroup/*/cgroup.controllers fs/cgroup/cgroup.controllers fs/cgroup/memory.max fs/cgroup/cpu.max
fs/cgroup/memory/memory.limit_in_bytes fs/cgroup/memory/memory.usage_in_bytes
fs/cgroup/cpu/cpu.cfs_quota_us fs/cgroup/cpu/cpu.cfs_period_us
`

export const ETC_PATHS = 'passwd os-release'

export const splitPatterns = (text: string): string[][] =>
  text
    .trim()
    .split(/\s+/)
    .map((pattern) => pattern.split('/'))

/** Does a name match one segment of a pattern? */
export function matches(segment: string, name: string): boolean {
  if (segment === '#') return /^\d+$/.test(name)
  if (!/[*#]/.test(segment)) return segment === name
  const source = segment
    .split('*')
    .map((part) =>
      part.replaceAll(/[.\\+?^${}()|[\]]/g, String.raw`\$&`).replaceAll('#', String.raw`\d+`),
    )
  return new RegExp(`^${source.join('.*')}$`).test(name)
}
