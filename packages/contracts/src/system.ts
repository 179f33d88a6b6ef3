import { Type, type Static } from 'typebox'
import {
  boolean,
  integer,
  nullable,
  nullableNumber,
  nullableString,
  number,
  string,
  words,
} from './common.ts'
import { ASKED_FIELDS } from './words.ts'

const Capability = Type.Object({
  available: boolean('Works here.'),
  reason: nullableString('Why not, in a sentence; null when it works.'),
})
export type Capability = Static<typeof Capability>

/** `GET /api/system`: what does not change while the machine runs. */
export const SystemInfo = Type.Object(
  {
    hostname: string('Name of the machine.'),
    os: Type.Object({
      platform: words(['linux', 'win32', 'darwin', 'other'] as const, 'Sort of system.'),
      name: nullableString('For example Debian GNU/Linux 12 (bookworm).'),
      kernel: nullableString('Kernel release.'),
      architecture: string('For example x64.'),
    }),
    boot_time_ms: nullableNumber('Epoch milliseconds.'),
    boot_id: nullableString('Identity of this boot.'),
    timezone: nullableString('For example Europe/Berlin.'),
    user: nullableString('User who runs this service.'),
    uid: nullableNumber('Its user id.'),
    elevated: boolean('This service may act on processes of other users.'),
    cpu: Type.Object({
      model: nullableString('Model.'),
      vendor: nullableString('Maker.'),
      sockets: nullableNumber('Sockets.'),
      cores: nullableNumber('Physical cores.'),
      threads: integer('Logical CPUs online.'),
      base_mhz: nullableNumber('Base frequency.'),
      max_mhz: nullableNumber('Highest frequency.'),
      l1_bytes: nullableNumber('First level cache, all cores.'),
      l2_bytes: nullableNumber('Second level cache, all cores.'),
      l3_bytes: nullableNumber('Third level cache, all.'),
      governor: nullableString('Frequency governor.'),
      driver: nullableString('Frequency driver.'),
      virtualization: nullableString('VT-x, AMD-V or null.'),
      numa_nodes: nullableNumber('NUMA nodes.'),
      groups: nullable(
        Type.Array(
          Type.Object({
            socket: nullableNumber('Number of the socket.'),
            numa_node: nullableNumber('Number of the NUMA node.'),
            kind: nullable(
              words(
                ['performance', 'efficient'] as const,
                'Kind of core. null: all are of one kind, or not known.',
              ),
            ),
            cpus: Type.Array(Type.Integer(), { description: 'Numbers of the logical CPUs.' }),
          }),
        ),
        {
          description:
            'Logical CPUs online by socket, NUMA node and kind of core; one group where there is no more. null: not known.',
        },
      ),
    }),
    memory: Type.Object({
      total_bytes: nullableNumber('Memory the kernel uses.'),
      modules: Type.Array(
        Type.Object({
          slot: nullableString('Slot.'),
          size_bytes: nullableNumber('Size.'),
          type: nullableString('For example DDR5.'),
          speed_mts: nullableNumber('Speed, MT/s.'),
          manufacturer: nullableString('Maker.'),
        }),
        { description: 'Modules; empty when the inventory needs rights this service lacks.' },
      ),
    }),
    board: Type.Object({
      manufacturer: nullableString('Maker of the machine or board.'),
      model: nullableString('Model.'),
      bios: nullableString('Firmware version.'),
    }),
    virtual_machine: nullableString('Kind of virtual machine we run in; null: none seen.'),
    container: nullableString('Kind of container we run in; null: none seen.'),
    limits: Type.Object({
      cpu_count: nullableNumber('CPUs the container may use; null: no limit.'),
      memory_bytes: nullableNumber('Memory the container may use; null: no limit.'),
    }),
    capabilities: Type.Record(Type.String(), Capability, {
      description:
        'What this service can do here: gpu, sensors, battery, pressure, control, elevation, process_io, services, service_control, startup, sessions, ports, process_details, …',
    }),
    asked_fields: Type.Array(words(ASKED_FIELDS, 'Field.'), {
      description: 'What GET /api/process-figures can tell here; empty: nothing.',
    }),
    inventory: words(
      ['complete', 'collecting'] as const,
      'The slow inventory is read once after the start.',
    ),
    started_at_ms: number('Start of this service, epoch milliseconds.'),
    service_pid: integer('Pid of this service.'),
  },
  { $id: 'SystemInfo' },
)
export type SystemInfo = Static<typeof SystemInfo>
