import { existsSync } from 'node:fs'
import path from 'node:path'
import { cleanName } from '../text/clean.ts'
import { linkNow, readLines, readText } from './sysfs.ts'

/** Makers as the firmware tables name them. Source: what systemd-detect-virt(1) looks at. */
const MAKERS: readonly [RegExp, string][] = [
  [/KVM/i, 'KVM'],
  [/Amazon EC2/i, 'Amazon EC2'],
  [/Google Compute Engine/i, 'Google Compute Engine'],
  [/QEMU/i, 'QEMU'],
  [/VMware|VMW/i, 'VMware'],
  [/VirtualBox|innotek/i, 'VirtualBox'],
  [/Xen/i, 'Xen'],
  [/Bochs/i, 'Bochs'],
  [/Parallels/i, 'Parallels'],
  [/BHYVE/i, 'bhyve'],
  [/Hyper-V|Virtual Machine/i, 'Hyper-V'],
  [/Apple Virtualization/i, 'Apple Virtualization'],
  [/OpenStack/i, 'OpenStack'],
]

/** By the names in the firmware's tables; null when none is of a virtual machine. */
export const virtualMachineOf = (names: readonly (string | null)[]): string | null =>
  MAKERS.find(([pattern]) => names.some((name) => name !== null && pattern.test(name)))?.[1] ?? null

/** Kind of virtual machine, or null when nothing shows one. A hypervisor that does not name itself is said to be unnamed. */
export async function readVirtualMachine(
  procRoot: string,
  sysRoot: string,
): Promise<string | null> {
  const kernel = await readLines(path.join(procRoot, 'sys/kernel/osrelease'))
  if (/microsoft/i.test(kernel)) return 'WSL'
  const dmi = path.join(sysRoot, 'class/dmi/id')
  const names: string[] = []
  for (const file of ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor']) {
    names.push((await readText(path.join(dmi, file))) ?? '')
  }
  const maker = virtualMachineOf(names)
  if (maker !== null) return maker
  if ((await readText(path.join(sysRoot, 'hypervisor/type'))) === 'xen') return 'Xen'
  const cpuinfo = await readLines(path.join(procRoot, 'cpuinfo'))
  return /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo) ? 'unnamed hypervisor' : null
}

/** Numbers of the namespaces the machine itself starts with. Source: proc_ns.h of the kernel. */
const FIRST_NAMESPACES = {
  pid: 'pid:[4026531836]',
  uts: 'uts:[4026531838]',
  ipc: 'ipc:[4026531839]',
}

/**
 * Kind of container, or null. A machine started from the image of a container carries the container's marks, but has
 * the first namespaces of its kernel: there it is none.
 */
export async function readContainer(procRoot: string, markRoot: string): Promise<string | null> {
  if (isFirst(procRoot)) return null
  const named = await readText(path.join(markRoot, 'run/systemd/container'))
  if (named !== null) return cleanName(named)
  if (existsSync(path.join(markRoot, 'run/.containerenv'))) return 'podman'
  if (existsSync(path.join(markRoot, '.dockerenv'))) return 'docker'
  const cgroups = await readLines(path.join(procRoot, '1/cgroup'))
  if (/kubepods/.test(cgroups)) return 'kubernetes'
  if (/\/docker[-/]/.test(cgroups)) return 'docker'
  if (/\/lxc(?:\.payload)?[./]/.test(cgroups)) return 'lxc'
  return null
}

function isFirst(procRoot: string): boolean {
  return Object.entries(FIRST_NAMESPACES).every(
    ([name, number]) => linkNow(path.join(procRoot, 'self/ns', name)) === number,
  )
}
