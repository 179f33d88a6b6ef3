import { koffiOrNull } from './ffi.ts'
import type { FilesystemWorld } from './linux/filesystems.ts'
import type { AddressesOf } from './linux/network-links.ts'
import type { MachineProvider } from './machine.ts'
import { defaultOptions, type PlatformOptions } from './options.ts'

/** What a machine needs beside its files; a recorded one has its own. */
export interface MachineWorld {
  /** How file systems are asked for their sizes. */
  filesystems?: FilesystemWorld
  /** Addresses of the interfaces. */
  addresses?: AddressesOf
  /** A source read beside the tick failed in a way that is a bug. */
  onError?: (source: string, error: unknown) => void
}

/** The machine of this system: `/proc` and `/sys` on Linux, calls on Windows and macOS, else and without koffi the portable provider. */
export async function createMachine(
  options: PlatformOptions = defaultOptions,
  world: MachineWorld = {},
): Promise<MachineProvider> {
  if (process.platform === 'linux') {
    const { LinuxMachine } = await import('./linux/linux-machine.ts')
    return new LinuxMachine(options, world)
  }
  if (process.platform === 'win32' && koffiOrNull() !== null) {
    const { thisWindows, WindowsMachine } = await import('./windows/machine/windows-machine.ts')
    return new WindowsMachine(options.clock, { ...thisWindows(options.clock), ...world })
  }
  if (process.platform === 'darwin') {
    const { createMacMachine } = await import('./macos/machine/mac-machine.ts')
    const machine = createMacMachine(options.clock, world)
    if (machine !== null) return machine
  }
  const { PortableMachine } = await import('./portable/machine.ts')
  return new PortableMachine(options.clock, world)
}
