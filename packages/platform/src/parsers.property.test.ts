import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePeriods } from './containers/cgroup-figures.ts'
import {
  parseDockerConfig,
  parseEngineList,
  parseOciConfig,
  parsePodmanContainers,
} from './containers/parse-records.ts'
import { statusBytes, statusNumber } from './detail/detail-files.ts'
import { decodeMessage, encodeCall } from './dbus/dbus-message.ts'
import { DBusFormatError } from './dbus/dbus-values.ts'
import { parseInet, parseUnix } from './detail/sockets.ts'
import {
  parseIoDelay,
  parseLimits,
  parseReplacedLibraries,
  parseRunDelay,
  parseThread,
  parseWaitChannel,
  policyName,
} from './detail/tables.ts'
import {
  parseAtaIdentity,
  parseAtaStatistics,
  parseSmartAttributes,
  parseSmartThresholds,
} from './drives/ata-health.ts'
import { parseNvmeHealth } from './drives/nvme-health.ts'
import { decodeRegisters } from './drives/sg-io.ts'
import { hostileBytes, longBytes, oddValues } from './hostile-bytes.ts'
import { parseThrottling } from './gpu/drm-amd.ts'
import { parseFdinfo } from './gpu/drm-fdinfo.ts'
import { parseCount } from './gpu/drm-npu.ts'
import { parseCgroupPaths, parseCpuMax, parseLimit } from './linux/cgroup-limits.ts'
import { decodeAcknowledgement, decodeFamily } from './linux/exit-records/generic-netlink.ts'
import {
  type ExitRecord,
  parseExitRecords,
  parseSwapDelay,
} from './linux/exit-records/parse-exit-records.ts'
import { aggregate, FAMILY, message } from './linux/exit-records/record-rig.ts'
import { parseCpuinfoMhz } from './linux/cpu-frequency.ts'
import { parseCacheSize, parseCpuinfo } from './linux/cpu-topology.ts'
import { parseDesktopEntry } from './linux/desktop-entries.ts'
import { parseOpenFilesLimit } from './linux/kept-descriptors.ts'
import { lineValue } from './linux/keyed-lines.ts'
import { parseLatestPid } from './linux/latest-pid.ts'
import { parseOsRelease } from './linux/os-release.ts'
import { parseElevated, parseRights } from './linux/rights.ts'
import { parseAuxv, parseWordBits } from './linux/parse-auxv.ts'
import { parseCgroup } from './linux/parse-cgroup.ts'
import { parseDiskstats } from './linux/parse-diskstats.ts'
import { availableKib, parseMeminfo, parseVmstat } from './linux/parse-meminfo.ts'
import { parseMountinfo } from './linux/parse-mountinfo.ts'
import { parseNetDev } from './linux/parse-net-dev.ts'
import { parseLoadavg, parsePressure } from './linux/parse-pressure.ts'
import { parseProcStat } from './linux/parse-proc-stat.ts'
import { parseProcPidStat, ProcStatRecord } from './linux/parse-stat.ts'
import { parseAffinity, parseIds } from './linux/parse-status.ts'
import { parseWireless } from './linux/parse-wireless.ts'
import { parsePidEntries } from './linux/pid-list.ts'
import { parseHidepid, parseUptime } from './linux/proc-world.ts'
import { parseNodeMeminfo } from './linux/numa-nodes.ts'
import { parseStatm } from './linux/process-numbers.ts'
import { numberOf, parseCpuList } from './linux/sysfs.ts'
import { parsePasswd } from './linux/users.ts'
import { parseMmStat } from './linux/zram.ts'
import {
  folders,
  interfaceMib,
  interfaceRecord,
  kinfoProc,
  openSocket,
  openVnode,
  procArguments,
  resourceDetails,
  resourceUsage,
  socketList,
  taskAllInfo,
  threadInfo,
  utmpxRecord,
  vmStatistics,
} from './macos/byte-rig.ts'
import { parseWorkingDirectory } from './macos/detail/parse-folders.ts'
import { parseResourceDetails } from './macos/detail/parse-resource-details.ts'
import { parseThreadIds, parseThreadInfo } from './macos/detail/parse-threads.ts'
import { parseArchitecture } from './macos/figures/parse-architecture.ts'
import { parseInterfaceData, parseInterfaceList } from './macos/machine/parse-interfaces.ts'
import { parseSwapUsage } from './macos/machine/parse-swap-usage.ts'
import { parseVmStatistics } from './macos/machine/parse-vm-statistics.ts'
import { parseSystemNumber, parseSystemText } from './macos/parse-system-value.ts'
import { parseArguments } from './macos/processes/parse-arguments.ts'
import { KinfoProcRecord, parseKinfoProc } from './macos/processes/parse-kinfo-proc.ts'
import { parseResourceUsage, ResourceUsageRecord } from './macos/processes/parse-resource-usage.ts'
import { parseTaskAllInfo, TaskAllInfoRecord } from './macos/processes/parse-task-all-info.ts'
import { binaryList } from './macos/property-lists/binary-list-rig.ts'
import { parseBinaryList } from './macos/property-lists/parse-binary-list.ts'
import { parsePropertyList } from './macos/property-lists/parse-property-list.ts'
import { parseXmlList } from './macos/property-lists/parse-xml-list.ts'
import { isDictionary, type PropertyValue } from './macos/property-lists/property-value.ts'
import { parseJob } from './macos/services/parse-job.ts'
import { parseUtmpx } from './macos/sessions/parse-utmpx.ts'
import { parseDescriptors, parseOpenVnode } from './macos/sockets/parse-descriptors.ts'
import { parseOpenSocket } from './macos/sockets/parse-open-socket.ts'
import { parseSocketList } from './macos/sockets/parse-socket-list.ts'
import { parseTcpDump } from './network/tcp-dump.ts'
import { findSocketUid } from './peer/parse-net-tcp.ts'
import { decodeAnswer } from './peer/sock-diag.ts'
import { parseUtmp } from './sessions/parse-utmp.ts'
import { ProcParseError } from './read-result.ts'
import { bytesOf } from './struct-bytes.ts'
import { parseCrontab } from './startup/parse-crontab.ts'
import { cleanBytes, cleanName } from './text/clean.ts'
import {
  counterArray,
  firmwareTables,
  interfaceRow,
  interfaceTable,
  processorEntry,
  relation,
} from './windows/byte-rig.ts'
import { parseCounterArray, parseGpuInstance } from './windows/machine/parse-counter-array.ts'
import {
  parseDiskExtents,
  parseDiskPerformance,
  parseDiskSize,
  parseSeekPenalty,
  parseStorageDevice,
  parseTemperature,
} from './windows/machine/parse-disk.ts'
import { parseAccess, securityDescriptor, wholeAccessFor } from './windows/access/access-list.ts'
import { WELL_KNOWN } from './windows/sid.ts'
import { parseSystemCall } from './detail/system-calls.ts'
import { parseFirmwareTables } from './windows/machine/parse-firmware-tables.ts'
import { parseInterface, parseInterfaces } from './windows/machine/parse-interfaces.ts'
import {
  parseMemoryStatus,
  parsePagingFiles,
  parsePerformanceInformation,
} from './windows/machine/parse-memory-status.ts'
import {
  parseBatteryWatts,
  parsePowerStatus,
  parseProcessorPower,
} from './windows/machine/parse-power-status.ts'
import { parseProcessorRelations } from './windows/machine/parse-processor-relations.ts'
import { parseProcessorTimes } from './windows/machine/parse-processor-times.ts'
import { parseSessionIds, parseSessionInfo } from './windows/sessions/parse-sessions.ts'
import {
  parseFailureActions,
  parseServices,
  parseServiceStatus,
  parseStartType,
} from './windows/services/parse-services.ts'
import {
  parseTcpTable,
  parseUdpTable,
  TCP4,
  TCP6,
  UDP4,
  UDP6,
} from './windows/sockets/parse-socket-tables.ts'
import { socketTable, tcpTable } from './windows/sockets/socket-table-rig.ts'
import { parseShellLink } from './windows/startup/parse-shell-link.ts'
import { parseApproval } from './windows/startup/startup-approval.ts'
import { parseContextSwitches } from './windows/machine/parse-system-counters.ts'
import { parseVersion } from './windows/machine/parse-version.ts'
import { redactArguments } from './text/redact.ts'

const STAT =
  '5659 (tmux: server) S 5652 5659 5659 0 -1 4194560 5323 158753 0 169 0 2 202 337 20 0 1 0 129529 5242880 972 ' +
  '18446744073709551615 94718909702144 94718910491549 140721093891488 0 0 0 65536 4 1132560123 1 0 0 17 0 0 0 0\n'
const STATUS =
  'Name:\tbash\nTgid:\t5659\nUid:\t1000\t1000\t1000\t1000\nVmRSS:\t    3888 kB\nNSpid:\t5659\t1\n' +
  'Cpus_allowed_list:\t0-3,8\nvoluntary_ctxt_switches:\t42\n'
const CPU = '2780 7 2731 318212 275 3 52 11 5 0'
const MACHINE_STAT = `cpu  ${CPU}\ncpu0 ${CPU}\ncpu3 ${CPU}\nintr 358225 0 9\nctxt 779755\nbtime 1795508472\nprocesses 8656\nprocs_running 4\nprocs_blocked 1\n`
const MEMINFO =
  'MemTotal:       24684092 kB\nMemFree:        24251148 kB\nBuffers:           20868 kB\nCached:           183796 kB\nShmem:              8856 kB\nHugePages_Total:       0\n'
const CPUINFO =
  'processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: A CPU\ncpu MHz\t\t: 2596.120\nphysical id\t: 0\ncpu cores\t: 2\nflags\t\t: fpu vmx\n\nprocessor\t: 1\ncpu MHz\t\t: 800.5\n'
const NET_DEV =
  'Inter-|   Receive  |  Transmit\n face |bytes    packets\n    lo: 100 2 0 0 0 0 0 0 100 2 0 0 0 0 0 0\n  eth0:1000 20 0 0 0 0 0 0 900 9 0 0 0 0 0 0\n'
const NET_TCP =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n' +
  '   0: 0100007F:1F40 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0000000000000000\n'
const MOUNTINFO =
  '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n23 22 0:21 / /proc rw - proc proc rw,hidepid=invisible\n24 22 0:5 /a /mnt/a\\040b ro master:1 - fuse.sshfs me@x:/y ro\n'
const LIMITS =
  'Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time              unlimited            unlimited            seconds   \nMax open files            1024                 1048576              files     \n'

const ID = '3f2a'.repeat(16)

const text = (parse: (input: string) => unknown) => (input: Buffer) => parse(input.toString())
const latin = (bytes: Buffer) => bytes.toString('latin1')
const end = { address: Buffer.alloc(16, 1), port: 8000 }

/** The bytes of two directory entries, as text, since faults are made in text. */
const ENTRIES = ['12', 'self'].reduce(
  (all, name) => `${all}${'i'.repeat(8)}${'o'.repeat(8)}\x20\0d${name.padEnd(13, '\0')}`,
  '',
)

/** Netlink messages, as text too: bytes below 0x80 only. */
const FAMILY_ANSWER = `\x1c\0\0\0\x10${'\0'.repeat(15)}\x06\0\x01\0\x1f\0\0\0`
const ACKNOWLEDGEMENT = `\x24\0\0\0\x02${'\0'.repeat(31)}`
/** One who is signed in. */
const UTMP = `\x07\0\0\0\x2a\0\0\0${'pts/0'.padEnd(32, '\0')}ts/0${'anna'.padEnd(32, '\0')}${'laptop'.padEnd(256, '\0')}${'\0'.repeat(8)}\x40\x40\x40\x40${'\0'.repeat(40)}`
/** One connection with its counters, and the end of the answer. */
const TCP_DUMP =
  `\x5c\x01\0\0\x14\0\x02\0${'\0'.repeat(8)}\x02\x01${'\0'.repeat(70)}\x04\x01\x02\0${'\x01'.repeat(256)}` +
  `\x14\0\0\0\x03\0\x02\0${'\0'.repeat(12)}`
/** A page of an NVMe drive, 41 degrees warm. */
const NVME_HEALTH = `\0\x3a\x01\x64\x0a\x03${'\0'.repeat(26)}\x40${'\0'.repeat(95)}\x07${'\0'.repeat(383)}`
/** One attribute and what makes the sum of all bytes a multiple of 256. */
const SMART = `\x10\0\x05\x32\0\x64\x64\x08${'\0'.repeat(502)}\x79\x70`
const IDENTITY = `${'\0'.repeat(164)}\x01\0\0\x40${'\0'.repeat(2)}\x01${'\0'.repeat(3)}\x20\x40${'\0'.repeat(336)}`
/** A moment of macOS, again of bytes below 0x80 only. */
const MAC_START = 0x6543_0100
const MAC_INTERFACE = {
  index: 4,
  name: 'en0',
  type: 6,
  received: 100,
  sent: 99,
  mac: [1, 2, 3, 4, 5, 6],
}
const MAC_RECORD = Buffer.concat([interfaceRecord(MAC_INTERFACE), Buffer.alloc(80)])
MAC_RECORD.writeUInt16LE(MAC_RECORD.length, 0)
MAC_RECORD.fill(0, 48, 56) // its speed, whose bytes are not
const EXIT = message(aggregate('pid', { pid: 41, tgid: 41, ppid: 7, name: 'cc1', cpuNs: 8e6 }))

/** Numbers of a property list may be negative and are whatever a file says, so only its shape is looked at. */
function sizesOf(value: PropertyValue): unknown {
  if (isDictionary(value)) return Array.from(value, ([key, each]) => [key, sizesOf(each)])
  if (Array.isArray(value)) return value.map(sizesOf)
  return typeof value === 'string' ? value : typeof value
}

function exitsOf(bytes: Buffer): ExitRecord[] {
  const records: ExitRecord[] = []
  parseExitRecords(bytes, FAMILY, records)
  return records
}

function pidsOf(bytes: Buffer): number[] {
  const pids: number[] = []
  parsePidEntries(bytes, bytes.length, (pid) => pids.push(pid))
  return pids
}

/** What Windows fills in, as text as well: bytes below 0x80 only. */
const WINDOWS = {
  times: processorEntry({ idle: 7n, kernel: 9n, user: 3n, dpc: 1n, interrupts: 4 }),
  memory: bytesOf(64, [
    [8, 'u64', 9n],
    [24, 'u64', 9n],
    [32, 'u64', 4n],
  ]),
  performance: bytesOf(104, [
    [8, 'u64', 5n],
    [0x50, 'u64', 0x1000n],
  ]),
  paging: bytesOf(0x40, [
    [4, 'u32', 9],
    [8, 'u32', 3],
  ]),
  disk: bytesOf(88, [
    [0, 'i64', 5n],
    [0x38, 'i64', 9n],
  ]),
  device: bytesOf(64, [
    [0x10, 'u32', 0x24],
    [0x1c, 'u32', 17],
    [0x24, 'text', 'A disk'],
  ]),
  interfaces: interfaceTable([
    interfaceRow({ index: 1, alias: 'a', type: 6, flags: 1, mac: [1, 2, 3] }),
    interfaceRow({ index: 2, alias: 'b', type: 24 }),
  ]),
  power: bytesOf(12, [
    [1, 'u8', 1],
    [2, 'u8', 57],
  ]),
  battery: bytesOf(32, [
    [1, 'u8', 1],
    [16, 'i32', 900],
  ]),
  frequencies: bytesOf(24, [
    [4, 'u32', 90],
    [8, 'u32', 80],
  ]),
  version: bytesOf(276, [[4, 'u32', 10]]),
  relations: Buffer.concat([
    relation.socket([[7n, 0]]),
    relation.core([[3n, 0]], 1),
    relation.core([[4n, 0]]),
    relation.node(0, [[7n, 0]]),
    relation.cache(2, 0x1000),
  ]),
  firmware: firmwareTables([
    { type: 1, fields: bytesOf(0x1b, [[4, 'u8', 1]]), strings: ['ACME'] },
    { type: 17, fields: bytesOf(0x28, [[0x0d, 'u8', 1]]), strings: ['A1'] },
    { type: 127, fields: bytesOf(4, []) },
  ]),
  counters: counterArray(0, [{ name: 'a', value: 0 }]),
}

/** Every parser with what it parses when all is well. A file that gets a parser gets a line here. */
const PARSERS: Record<string, { sample: string; parse: (input: Buffer) => unknown }> = {
  parseProcPidStat: {
    sample: STAT,
    parse: (input) => {
      const { nice, tty, ...rest } = parseProcPidStat(input, input.length, new ProcStatRecord())
      return { ...rest, nice: nice + 20, tty: Math.abs(tty) }
    },
  },
  parseThread: {
    sample: STAT,
    parse: (input) => ({
      ...parseThread(7, input, { wchan: 'futex_wait_queue', msPerTick: 10, bootMs: 0 }),
      nice: 0,
    }),
  },
  parseStatm: {
    sample: '5000 972 800 40 0 300 0\n',
    parse: (input) => parseStatm(input, input.length) + 1,
  },
  lineValue: {
    sample: 'rchar: 5\nread_bytes: 4096\nwrite_bytes: 0\ncancelled_write_bytes: 0\n',
    parse: (input) => lineValue(input, input.length, Buffer.from('read_bytes:')) + 1,
  },
  parseIds: {
    sample: STATUS,
    parse: text((input) => [parseIds(input, 'Uid'), parseIds(input, 'NSpid')]),
  },
  parseAffinity: { sample: STATUS, parse: text(parseAffinity) },
  statusNumber: {
    sample: STATUS,
    parse: text((input) => statusNumber(input, 'voluntary_ctxt_switches')),
  },
  statusBytes: { sample: STATUS, parse: text((input) => statusBytes(input, 'VmRSS')) },
  parseReplacedLibraries: {
    sample:
      '7f10-7f20 r-xp 00028000 fe:01 1234                       /usr/lib/libc.so.6 (deleted)\n' +
      '7f20-7f30 r--p 00028000 fe:01 1234                       /usr/lib/libm.so.6\n',
    parse: text(parseReplacedLibraries),
  },
  parseWaitChannel: {
    sample: 'poll_schedule_timeout.constprop.0\n',
    parse: text(parseWaitChannel),
  },
  parseRunDelay: { sample: '56012 78213 9\n', parse: text(parseRunDelay) },
  parseIoDelay: { sample: STAT, parse: parseIoDelay },
  policyName: { sample: '0', parse: text((input) => policyName(numberOf(input))) },
  parseLimits: { sample: LIMITS, parse: text(parseLimits) },
  parseOpenFilesLimit: { sample: LIMITS, parse: text(parseOpenFilesLimit) },
  parseCgroup: {
    sample:
      '12:cpu,cpuacct:/a\n1:name=systemd:/system.slice/my\\x2dapp.service\n0::/user.slice/app.scope\n',
    parse: text(parseCgroup),
  },
  parseCgroupPaths: {
    sample: '4:memory:/a\n3:cpu,cpuacct:/b\n0::/c\n',
    parse: text(parseCgroupPaths),
  },
  parseLimit: { sample: '1048576', parse: text(parseLimit) },
  parsePeriods: {
    sample: 'usage_usec 5\nnr_periods 40\nnr_throttled 3\nthrottled_usec 9\n',
    parse: text(parsePeriods),
  },
  parseDockerConfig: {
    sample: `{"ID":"${ID}","Name":"/web","Config":{"Image":"nginx:1"},"State":{"Running":true}}`,
    parse: text(parseDockerConfig),
  },
  parsePodmanContainers: {
    sample: `[{"id":"${ID}","names":["db"],"metadata":"{\\"image-name\\":\\"postgres\\",\\"name\\":\\"db\\"}"}]`,
    parse: text(parsePodmanContainers),
  },
  parseOciConfig: {
    sample:
      '{"annotations":{"io.kubernetes.cri.sandbox-name":"web-0","io.kubernetes.cri.image-name":"nginx"}}',
    parse: text((input) => parseOciConfig(input, ID)),
  },
  parseEngineList: {
    sample: `[{"Id":"${ID}","Names":["/web"],"Image":"nginx","State":"exited"}]`,
    parse: text(parseEngineList),
  },
  parseCpuMax: { sample: '150000 100000', parse: text(parseCpuMax) },
  redactArguments: {
    sample: 'mysql\0-psecret\0--password=x\0https://a:b@c/\0AUTH_TOKEN=1',
    parse: text((input) => redactArguments(input.split('\0')).map((each) => cleanName(each))),
  },
  cleanBytes: { sample: 'näme\u202e\n', parse: cleanBytes },
  parseLatestPid: {
    sample: '0.20 1.18 0.92 2/163 49152\n',
    parse: (input) => parseLatestPid(input, input.length),
  },
  parsePidEntries: { sample: ENTRIES, parse: pidsOf },
  decodeFamily: { sample: FAMILY_ANSWER, parse: decodeFamily },
  decodeAcknowledgement: {
    sample: ACKNOWLEDGEMENT,
    parse: (input) => {
      const errno = decodeAcknowledgement(input)
      return errno === null ? null : Math.abs(errno)
    },
  },
  parseExitRecords: { sample: EXIT.toString('latin1'), parse: exitsOf },
  parseProcStat: { sample: MACHINE_STAT, parse: (input) => parseProcStat(input) },
  parseMeminfo: {
    sample: MEMINFO,
    parse: (input) => ({ ...parseMeminfo(input), available: availableKib(parseMeminfo(input)) }),
  },
  parseVmstat: {
    sample: 'nr_free 5\npswpin 1\npswpout 2\noom_kill 3\n',
    parse: (input) => parseVmstat(input),
  },
  parseDiskstats: {
    sample:
      '   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n 254       0 vda 1 2 3 4 5 6 7 8 9 10 11 12 13\n',
    parse: (input) => parseDiskstats(input),
  },
  parseNetDev: { sample: NET_DEV, parse: (input) => parseNetDev(input) },
  parseWireless: {
    sample:
      'Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n' +
      ' wlp2s0: 0000   70.  -39.  -256        0      0      0      0     12        0\n',
    parse: text((input) => [...parseWireless(input).values()].map(Math.abs)),
  },
  parseMountinfo: { sample: MOUNTINFO, parse: text(parseMountinfo) },
  parseHidepid: { sample: MOUNTINFO, parse: text(parseHidepid) },
  parsePressure: {
    sample:
      'some avg10=0.12 avg60=1.00 avg300=99.99 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
    parse: (input) => parsePressure(input),
  },
  parseLoadavg: { sample: '0.52 1.20 3.00 2/300 5659\n', parse: (input) => parseLoadavg(input) },
  parseUptime: { sample: '1234.56 9999.00\n', parse: text(parseUptime) },
  parseAuxv: {
    sample: `\x06${'\0'.repeat(7)}\0\x10${'\0'.repeat(6)}`,
    parse: (input) => parseAuxv(input, 6),
  },
  parseWordBits: {
    sample: `\x06${'\0'.repeat(7)}\0\x10${'\0'.repeat(6)}`,
    parse: parseWordBits,
  },
  parseCpuinfo: { sample: CPUINFO, parse: text(parseCpuinfo) },
  parseCpuinfoMhz: {
    sample: CPUINFO,
    parse: text((input) => [...parseCpuinfoMhz(input).values()]),
  },
  parseCacheSize: { sample: '48K', parse: text(parseCacheSize) },
  parseCpuList: { sample: '0-3,8', parse: text(parseCpuList) },
  numberOf: { sample: '4500', parse: text((input) => Math.abs(numberOf(input) ?? 0)) },
  parseNodeMeminfo: {
    sample:
      'Node 0 MemTotal:       16331660 kB\nNode 0 MemFree:         1234 kB\nNode 0 FilePages:       700 kB\nNode 0 Shmem:       100 kB\n',
    parse: text(parseNodeMeminfo),
  },
  parseMmStat: {
    sample: '409600000 98000000 110000000 0 120000000 5 0 0 0',
    parse: text(parseMmStat),
  },
  parseOsRelease: {
    sample: 'NAME=Debian\nPRETTY_NAME="Debian \\"12\\""\n',
    parse: text(parseOsRelease),
  },
  parseCrontab: {
    sample: 'MAILTO=anna\n@reboot /bin/date +\\%s %in\n@daily /bin/no\n',
    parse: text((input) => [...parseCrontab(input, true), ...parseCrontab(input, false)]),
  },
  parseDesktopEntry: {
    sample:
      '[Desktop Entry]\nType=Application\nName=Files\nExec="/usr/bin/files" %U\n\n[Action new]\nName=x\n',
    parse: text((input) => parseDesktopEntry('org.files', input)),
  },
  parsePasswd: {
    sample: 'root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n',
    parse: parsePasswd,
  },
  parseInet: { sample: NET_TCP, parse: text((input) => parseInet('tcp', input)) },
  parseUnix: {
    sample:
      'Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 20011 /run/x y\n',
    parse: text(parseUnix),
  },
  findSocketUid: {
    sample: NET_TCP,
    parse: (input) => findSocketUid(input, ' 0100007F:1F40 0100007F:D431 '),
  },
  parseThrottling: {
    // 120 bytes of format 1, content 3, whose last eight say power and heat.
    sample: `x\0\u0001\u0003${'\0'.repeat(108)}\u0001\0\0\0\u0001\0\0\0`,
    parse: parseThrottling,
  },
  parseFdinfo: {
    sample:
      'pos:\t0\ndrm-driver:\ti915\ndrm-client-id:\t7\ndrm-engine-render:\t25662044495 ns\ndrm-resident-system0:\t16 MiB\n',
    parse: text(parseFdinfo),
  },
  parseCount: { sample: '1250000', parse: text(parseCount) },
  parseRights: {
    sample: 'Name:\tnode\nCapEff:\t0000000000000020\n',
    parse: text(parseRights),
  },
  parseElevated: { sample: 'Name:\tnode\nCapEff:\t0000000000000020\n', parse: text(parseElevated) },
  parseSwapDelay: {
    sample: message(aggregate('tgid', { tgid: 41, cpuNs: 8e6 })).toString('latin1'),
    parse: (input) => parseSwapDelay(input, FAMILY),
  },
  decodeMessage: {
    sample: encodeCall(1, {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
      signature: 'sas',
      body: ['one', ['two', 'three']],
      interactive: true,
    }).toString('latin1'),
    parse: (input) => {
      try {
        return decodeMessage(input)?.length ?? null
      } catch (error) {
        if (error instanceof DBusFormatError) return null
        throw error
      }
    },
  },
  parseNvmeHealth: {
    sample: NVME_HEALTH,
    parse: (input) => {
      const facts = parseNvmeHealth(input)
      return facts && { ...facts, temperatureCelsius: Math.abs(facts.temperatureCelsius ?? 0) }
    },
  },
  parseSmartAttributes: { sample: SMART, parse: parseSmartAttributes },
  parseSmartThresholds: {
    sample: SMART,
    parse: (input) => [...(parseSmartThresholds(input) ?? [])],
  },
  parseAtaIdentity: { sample: IDENTITY, parse: parseAtaIdentity },
  parseAtaStatistics: {
    sample: `\x01\0\x01${'\0'.repeat(509)}`,
    parse: parseAtaStatistics,
  },
  decodeRegisters: {
    sample: `\x70${'\0'.repeat(11)}\0\x1d`,
    parse: decodeRegisters,
  },
  parseUtmp: { sample: UTMP, parse: (input) => parseUtmp(input, 'x64') },
  parseKinfoProc: {
    sample: kinfoProc({
      pid: 70,
      name: 'launchd',
      startSeconds: MAC_START,
      ruid: 1,
      device: 0,
    }).toString('latin1'),
    parse: (input) => {
      const { nice, ...rest } = parseKinfoProc(input, 0, new KinfoProcRecord())
      return { ...rest, nice: Math.abs(nice) }
    },
  },
  parseTaskAllInfo: {
    sample: taskAllInfo({
      pid: 70,
      name: 'launchd',
      startSeconds: MAC_START,
      resident: 0x1000,
      virtual: 0x2000,
    }).toString('latin1'),
    parse: (input) => parseTaskAllInfo(input, new TaskAllInfoRecord()),
  },
  parseResourceUsage: {
    sample: resourceUsage({ footprint: 7, read: 8, written: 9 }).toString('latin1'),
    parse: (input) => parseResourceUsage(input, new ResourceUsageRecord()),
  },
  parseArguments: {
    sample: procArguments('/bin/zsh', ['-zsh', 'two words'], 'HOME=/').toString('latin1'),
    parse: (input) => parseArguments(input, 4096)?.map((each) => cleanName(each)) ?? null,
  },
  parseResourceDetails: {
    sample: latin(
      resourceDetails({ user: 1, system: 2, wired: 3, footprint: 4, peak: 5, energy: 6 }),
    ),
    parse: parseResourceDetails,
  },
  parseWorkingDirectory: { sample: latin(folders('/Users/anna')), parse: parseWorkingDirectory },
  parseThreadIds: { sample: latin(bytesOf(8, [[0, 'u64', 7n]])), parse: parseThreadIds },
  parseThreadInfo: {
    sample: latin(threadInfo({ user: 1, system: 2, state: 3, name: 'worker' })),
    parse: (input) => parseThreadInfo(1, input),
  },
  parseArchitecture: { sample: latin(bytesOf(8, [[0, 'u32', 7]])), parse: parseArchitecture },
  parseDescriptors: { sample: latin(bytesOf(8, [[0, 'u32', 3]])), parse: parseDescriptors },
  parseOpenVnode: {
    sample: latin(openVnode({ flags: 3, type: 1, links: 1, path: '/tmp/a' })),
    parse: parseOpenVnode,
  },
  parseOpenSocket: {
    sample: latin(openSocket({ kind: 2, state: 1, ports: [80, 0] })),
    parse: parseOpenSocket,
  },
  parseSocketList: {
    sample: latin(
      socketList({ uid: 1, state: 4, ports: [80, 90], addresses: [0x0100_007f, 1], tcpSize: 104 }),
    ),
    parse: (input) => parseSocketList(input, 'tcp'),
  },
  // Dictionaries and lists have bytes above 0x7f; their faults are made in property-lists.test.ts.
  parseBinaryList: {
    sample: latin(binaryList('a text')),
    parse: (input) => sizesOf(parseBinaryList(input)),
  },
  parseXmlList: {
    sample:
      '<?xml version="1.0"?><plist version="1.0"><dict><key>Label</key><string>a &amp; b</string><key>N</key><array><integer>5</integer><true/></array></dict></plist>',
    parse: text((input) => sizesOf(parseXmlList(input))),
  },
  parsePropertyList: {
    sample: '<plist><array><real>1.5</real><date>2026-01-02T03:04:05Z</date></array></plist>',
    parse: (input) => sizesOf(parsePropertyList(input)),
  },
  parseUtmpx: {
    // Bytes of it that are no text are below 0x80.
    sample: latin(
      utmpxRecord({ user: 'anna', seconds: 0x6543_0100n, host: 'laptop' }).fill(0, 576),
    ),
    parse: parseUtmpx,
  },
  parseJob: {
    sample:
      '<plist><dict><key>Label</key><string>a.b</string><key>PID</key><integer>70</integer><key>OnDemand</key><true/></dict></plist>',
    parse: (input) => {
      const value = parsePropertyList(input)
      return isDictionary(value) ? parseJob(value) : null
    },
  },
  parseSwapUsage: { sample: 'x'.repeat(32), parse: parseSwapUsage },
  parseVmStatistics: {
    sample: vmStatistics({
      free: 1,
      wired: 2,
      purgeable: 3,
      compressor: 4,
      compressed: 5,
      fileBacked: 6,
      anonymous: 7,
      swapIns: 8,
      swapOuts: 9,
    }).toString('latin1'),
    parse: parseVmStatistics,
  },
  parseSystemNumber: {
    sample: bytesOf(8, [[0, 'u64', 0x1234n]]).toString('latin1'),
    parse: parseSystemNumber,
  },
  parseSystemText: { sample: 'Mac14,2\0', parse: parseSystemText },
  parseInterfaceList: {
    sample: MAC_RECORD.toString('latin1'),
    parse: parseInterfaceList,
  },
  parseInterfaceData: {
    sample: interfaceMib(MAC_INTERFACE).fill(0, 68, 76).toString('latin1'),
    parse: parseInterfaceData,
  },
  parseTcpDump: {
    sample: TCP_DUMP,
    parse: (input) => parseTcpDump(input).sockets,
  },
  parseProcessorTimes: {
    sample: latin(WINDOWS.times),
    parse: (input) => parseProcessorTimes(input),
  },
  parseContextSwitches: {
    sample: latin(bytesOf(312, [[0x128, 'u32', 5]])),
    parse: parseContextSwitches,
  },
  parseMemoryStatus: { sample: latin(WINDOWS.memory), parse: parseMemoryStatus },
  parsePerformanceInformation: {
    sample: latin(WINDOWS.performance),
    parse: parsePerformanceInformation,
  },
  parsePagingFiles: {
    sample: latin(WINDOWS.paging),
    parse: (input) => parsePagingFiles(input, 4096),
  },
  parseDiskPerformance: { sample: latin(WINDOWS.disk), parse: parseDiskPerformance },
  parseStorageDevice: { sample: latin(WINDOWS.device), parse: parseStorageDevice },
  parseTemperature: {
    sample: latin(
      bytesOf(28, [
        [12, 'u16', 1],
        [26, 'u16', 41],
      ]),
    ),
    parse: parseTemperature,
  },
  parseAccess: {
    sample: latin(
      securityDescriptor(wholeAccessFor([WELL_KNOWN.system]), WELL_KNOWN.administrators),
    ),
    parse: parseAccess,
  },
  parseSystemCall: {
    sample: '0 0x5 0x7ffd0 0x400 0x0 0x0 0x0 0x7ffd0 0x7f00\n',
    parse: (input) => parseSystemCall(input.toString('latin1'), 'x64'),
  },
  parseSeekPenalty: { sample: latin(bytesOf(12, [])), parse: parseSeekPenalty },
  parseDiskSize: { sample: latin(bytesOf(40, [[24, 'i64', 9n]])), parse: parseDiskSize },
  parseDiskExtents: { sample: latin(bytesOf(32, [[0, 'u32', 1]])), parse: parseDiskExtents },
  parseInterfaces: { sample: latin(WINDOWS.interfaces), parse: parseInterfaces },
  parseInterface: { sample: latin(WINDOWS.interfaces.subarray(8)), parse: parseInterface },
  parsePowerStatus: { sample: latin(WINDOWS.power), parse: parsePowerStatus },
  parseBatteryWatts: { sample: latin(WINDOWS.battery), parse: parseBatteryWatts },
  parseProcessorPower: { sample: latin(WINDOWS.frequencies), parse: parseProcessorPower },
  parseVersion: { sample: latin(WINDOWS.version), parse: parseVersion },
  parseProcessorRelations: { sample: latin(WINDOWS.relations), parse: parseProcessorRelations },
  parseFirmwareTables: { sample: latin(WINDOWS.firmware), parse: parseFirmwareTables },
  parseCounterArray: {
    sample: latin(WINDOWS.counters),
    parse: (input) => parseCounterArray(input, 0, 3),
  },
  parseServices: {
    sample: latin(
      bytesOf(64, [
        [0, 'u64', 56n],
        [0x14, 'u32', 4],
        [0x2c, 'u32', 9],
        [56, 'wide', 'a'],
      ]),
    ),
    parse: (input) => parseServices(input, { base: 0, count: 3 }),
  },
  parseFailureActions: {
    sample: latin(
      bytesOf(48, [
        [0x18, 'u32', 1],
        [0x20, 'u64', 40n],
        [40, 'u32', 1],
        [44, 'u32', 60_000],
      ]),
    ),
    parse: (input) => parseFailureActions(input, { base: 0 }),
  },
  parseServiceStatus: { sample: latin(bytesOf(36, [[4, 'u32', 4]])), parse: parseServiceStatus },
  parseShellLink: {
    sample: latin(
      bytesOf(0x60, [
        [0, 'u32', 0x4c],
        [0x14, 'u32', 0x28],
        [0x4c, 'u16', 2],
        [0x4e, 'text', 'ab'],
        [0x50, 'u16', 1],
        [0x52, 'text', 'c'],
      ]),
    ),
    parse: parseShellLink,
  },
  parseApproval: { sample: latin(bytesOf(12, [[0, 'u8', 3]])), parse: parseApproval },
  parseSessionIds: { sample: latin(bytesOf(48, [[0, 'u32', 1]])), parse: parseSessionIds },
  parseSessionInfo: {
    sample: latin(bytesOf(0xd8, [[0x82, 'wide', 'anna']])),
    parse: parseSessionInfo,
  },
  parseStartType: { sample: latin(bytesOf(8, [[4, 'u32', 3]])), parse: parseStartType },
  parseTcpTable: {
    sample: latin(tcpTable(TCP4, [{ local: ['1.0.0.2', 80], remote: ['9.8.7.6', 90] }])),
    parse: (input) => [...parseTcpTable(input, TCP4), ...parseTcpTable(input, TCP6)],
  },
  parseUdpTable: {
    sample: latin(socketTable(UDP6, [{ local: ['::1', 53] }])),
    parse: (input) => [...parseUdpTable(input, UDP6), ...parseUdpTable(input, UDP4)],
  },
  parseGpuInstance: {
    sample: 'pid_1234_luid_0x00000000_0x0000C2F2_phys_0_eng_3_engtype_3D',
    parse: text(parseGpuInstance),
  },
  decodeAnswer: { sample: 'x'.repeat(88), parse: (input) => decodeAnswer(input, end, end) },
}

/** Parses; a `ProcParseError` is the answer null. Anything else that is thrown fails the test. */
function parsed(name: string, input: Buffer): unknown {
  try {
    return PARSERS[name]?.parse(input) ?? null
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
}

const RUNS = 10_000

// Seconds, but a loaded machine may take a while; a hang is one of a minute too.
describe('whatever the bytes are', { timeout: 120_000 }, () => {
  test.each(Object.keys(PARSERS))('%s gives values or says that it cannot', (name) => {
    const { sample = '' } = PARSERS[name] ?? {}
    fc.assert(
      fc.property(hostileBytes(sample), (input) => {
        expect(oddValues(parsed(name, input))).toEqual([])
      }),
      { numRuns: RUNS },
    )
  })

  test.each(Object.keys(PARSERS))('%s comes to an end with much of anything', (name) => {
    for (const input of longBytes(PARSERS[name]?.sample ?? '')) {
      expect(oddValues(parsed(name, input))).toEqual([])
    }
  })
})

test('the samples are understood: faults are made in what is right', () => {
  const empty = Object.keys(PARSERS).filter((name) => {
    const value = parsed(name, Buffer.from(PARSERS[name]?.sample ?? '', 'latin1'))
    return value === null || (Array.isArray(value) && value.length === 0)
  })
  expect(empty).toEqual([])
})

test('every parser of this package is in the table', () => {
  const root = import.meta.dirname
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  const found = files.flatMap((file) =>
    Array.from(
      readFileSync(path.join(root, file), 'utf8').matchAll(
        /^export (?:async )?(?:function|const) ((?:parse|decode)[A-Z]\w*)/gm,
      ),
      ([, name = '']) => name,
    ),
  )
  expect(found.length).toBeGreaterThan(25)
  expect(found.filter((name) => PARSERS[name] === undefined)).toEqual([])
})
