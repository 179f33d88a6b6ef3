import { machineContract, processTableContract } from '@taskmanager/testkit/contract'
import { describe } from 'vitest'
import { fakeClock } from '@taskmanager/testkit'
import { fakeMac, noFakeLibrary } from '../../packages/platform/src/macos/fake-library-rig.ts'
import { fakeRegistry } from '../../packages/platform/src/macos/iokit/fake-registry.ts'
import { MacMachine } from '../../packages/platform/src/macos/machine/mac-machine.ts'
import { MacProcessTable } from '../../packages/platform/src/macos/processes/mac-process-table.ts'
import type { PortableWorld } from '../../packages/platform/src/portable/machine.ts'

/** A Mac with programs of three users, one of which has odd names. */
function smallMac() {
  const mac = fakeMac()
  mac.reset(501)
  mac.process({ pid: 0, ppid: 0, uid: 0, name: 'kernel_task' })
  mac.process({ pid: 1, ppid: 0, uid: 0, name: 'launchd' })
  mac.process({ pid: 88, uid: 88, name: 'WindowServer' })
  for (let pid = 500; pid < 520; pid++) {
    mac.process({ pid, name: `p\u202e${pid}\n` })
    mac.counters(pid, { user: pid * 1000, footprint: pid * 4096, switches: 3 })
    mac.program(pid, '/opt/a\tb', ['a\u0007', 'b'])
  }
  return mac
}

const systemInformation = {
  fsSize: async () => [
    { mount: '/', fs: '/dev/disk3s1', type: 'APFS', size: 10, used: 4, available: 6, rw: true },
  ],
  fsStats: async () => ({ rx: 5, wx: 6 }),
}

describe.skipIf(noFakeLibrary !== null)('macOS through a fake libSystem', () => {
  processTableContract('its table', {
    create: async () => {
      const mac = smallMac()
      const clock = fakeClock()
      return {
        provider: new MacProcessTable({ clock, library: mac.library, ownUid: 501 }),
        [Symbol.asyncDispose]: async () => mac[Symbol.dispose](),
      }
    },
    alwaysListed: () => [0, 1, 88, 500, 519],
  })

  machineContract('its machine', {
    create: async () => {
      const mac = smallMac()
      const registry = fakeRegistry()
      registry.service('IOBlockStorageDriver', {
        own: { Statistics: { 'Bytes (Read)': 9, 'Bytes (Write)': 8, 'Operations (Read)': 2 } },
        below: { 'BSD Name': 'disk0', Size: 1e12 },
      })
      registry.service('AppleSmartBattery', { own: { CurrentCapacity: 80, MaxCapacity: 100 } })
      registry.service('IOAccelerator', {
        own: { model: 'Apple M4', PerformanceStatistics: { 'Device Utilization %': 21 } },
      })
      const load = (async () => systemInformation) as unknown as NonNullable<PortableWorld['load']>
      return {
        provider: new MacMachine(fakeClock(), {
          library: mac.library,
          kit: registry.kit,
          load,
        }),
        [Symbol.asyncDispose]: async () => {
          mac[Symbol.dispose]()
          registry[Symbol.dispose]()
        },
      }
    },
  })
})
