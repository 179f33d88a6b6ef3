import {
  ActionList,
  ActionsQuery,
  AffinityRequest,
  AppCloseAnswer,
  AppCloseRequest,
  AppList,
  AppSuspendRequest,
  ControlOutcome,
  FiguresQuery,
  Health,
  HealthQuery,
  InfoQuery,
  EfficiencyRequest,
  IoPriorityRequest,
  KillRequest,
  LaunchCode,
  LaunchCodeRequest,
  PortList,
  PriorityRequest,
  ProcessDeltaFrame,
  NetworkUse,
  DriveHealthList,
  ContainerList,
  SessionList,
  ProcessFigures,
  ProcessInfo,
  ProcessList,
  ProcessQuery,
  ProcessSnapshotFrame,
  ResumeRequest,
  SERVICE_ACTIONS,
  ServiceList,
  ServiceLog,
  ServiceLogQuery,
  ServiceOutcome,
  ServiceRequest,
  Session,
  SessionRequest,
  SessionScope,
  STARTUP_ACTIONS,
  StartupList,
  StartupOutcome,
  StartupRequest,
  StreamRequest,
  SuspendRequest,
  SystemInfo,
  SystemStats,
} from '@taskmanager/contracts'
import type { TSchema } from 'typebox'

export interface DocumentedRoute {
  call: string
  /** Who may: see "Who may call" in the page. */
  needs: 'nothing' | 'read' | 'page' | 'control'
  about: string
  query?: TSchema
  body?: TSchema
  answers: readonly (readonly [title: string, schema: TSchema])[]
}

const SERVICE_ABOUT = {
  start:
    'Starts a service and says what its job came to, for up to 8 s. The system may ask the user for a password.',
  stop: 'Stops it. One that a login or the network hangs on needs its name in `confirm_name`.',
  restart: 'Stops and starts it; the same.',
  enable: 'Lets it start with the machine, or with the session.',
  disable: 'Keeps it from starting by itself.',
}

const STARTUP_ABOUT = {
  enable:
    'Lets an autostart entry start with the session again: what was added to switch it off goes.',
  disable:
    "Switches an autostart entry off by the user's own autostart directory. Never by a service with elevated rights or of another user.",
}

export const SERVICES: readonly { title: string; routes: readonly DocumentedRoute[] }[] = [
  {
    title: 'Port 8000: machine figures, process details, control',
    routes: [
      {
        call: 'GET /api/stats',
        needs: 'read',
        about:
          'The machine at the last sample. The first fifteen keys are the oldest and stay as they are.',
        answers: [['Answer', SystemStats]],
      },
      {
        call: 'WS /api/stats/stream',
        needs: 'read',
        about: 'The same, one frame a sample. A viewer may ask for its rate.',
        body: StreamRequest,
        answers: [],
      },
      {
        call: 'GET /metrics',
        needs: 'read',
        about:
          "The machine for Prometheus and its like, by OpenTelemetry's names: OpenMetrics 1.0, or the older text format, as Accept asks. At most 200 series, never one of a process.",
        answers: [],
      },
      {
        call: 'GET /api/system',
        needs: 'read',
        about: 'What does not change while the machine runs, and what this service can do here.',
        answers: [['Answer', SystemInfo]],
      },
      {
        call: 'GET /api/process/:pid/info',
        needs: 'read',
        about: 'Everything about one process, and what ending it would do.',
        query: InfoQuery,
        answers: [['Answer', ProcessInfo]],
      },
      {
        call: 'GET /api/ports',
        needs: 'read',
        about:
          'Who listens on which TCP or UDP port, and who is connected. Read when it is asked for, kept for 2 s.',
        answers: [['Answer', PortList]],
      },
      {
        call: 'GET /api/network-use',
        needs: 'read',
        about:
          'Who sends and receives by TCP, and what no process is known for. Read when it is asked for, kept for 2 s; rates are of the time since the reading before.',
        answers: [['Answer', NetworkUse]],
      },
      {
        call: 'GET /api/process-figures',
        needs: 'read',
        about:
          'Open files and waiting for a CPU, of every process. Read when it is asked for, kept for 2 s.',
        query: FiguresQuery,
        answers: [['Answer', ProcessFigures]],
      },
      {
        call: 'POST /api/process/:pid/kill',
        needs: 'control',
        about:
          'Ends one process and answers what was seen to happen within 3 s. With `undo_ms` it is suspended first and ended afterwards.',
        body: KillRequest,
        answers: [['Answer', ControlOutcome]],
      },
      {
        call: 'POST /api/process/:pid/suspend',
        needs: 'control',
        about: 'Stops it.',
        body: SuspendRequest,
        answers: [],
      },
      {
        call: 'POST /api/process/:pid/resume',
        needs: 'control',
        about: 'Lets it go on, and takes back an end with undo that has not come yet.',
        body: ResumeRequest,
        answers: [],
      },
      {
        call: 'POST /api/process/:pid/priority',
        needs: 'control',
        about: 'Changes its nice value.',
        body: PriorityRequest,
        answers: [],
      },
      {
        call: 'POST /api/process/:pid/affinity',
        needs: 'control',
        about: 'Chooses the CPUs it may use.',
        body: AffinityRequest,
        answers: [],
      },
      {
        call: 'POST /api/process/:pid/io-priority',
        needs: 'control',
        about: 'Changes who is served first by a disk.',
        body: IoPriorityRequest,
        answers: [],
      },
      {
        call: 'POST /api/process/:pid/efficiency',
        needs: 'control',
        about: 'Switches the efficiency mode of Windows; other systems have none, and say so.',
        body: EfficiencyRequest,
        answers: [],
      },
      {
        call: 'POST /api/app/close',
        needs: 'control',
        about: 'Ends the listed processes, each with its own result. The list is never widened.',
        body: AppCloseRequest,
        answers: [['Answer', AppCloseAnswer]],
      },
      {
        call: 'POST /api/app/suspend',
        needs: 'control',
        about: 'Stops the listed processes, each with its own result.',
        body: AppSuspendRequest,
        answers: [],
      },
      {
        call: 'POST /api/app/resume',
        needs: 'control',
        about: 'Lets the listed processes go on, each with its own result.',
        body: AppSuspendRequest,
        answers: [],
      },
      {
        call: 'GET /api/actions',
        needs: 'read',
        about:
          'The log of the actions above, newest first: what was asked, of which process, and what happened.',
        query: ActionsQuery,
        answers: [['Answer', ActionList]],
      },
      {
        call: 'GET /api/drive-health',
        needs: 'read',
        about:
          'Health of the drives (SMART, NVMe), as they tell it themselves. Hard disks are asked once an hour and others every 10 minutes, asleep ones not at all; a request asks none. Without root, what UDisks has read, where it runs; else it is said for each drive that it may not be asked.',
        answers: [['Answer', DriveHealthList]],
      },
      {
        call: 'GET /api/containers',
        needs: 'read',
        about:
          'Containers by their cgroups, with state, memory, limits and network; names and images by the files of their engines, of docker by its socket where those may not be read. Read when it is asked for, kept for 2 s.',
        answers: [['Answer', ContainerList]],
      },
      {
        call: 'GET /api/sessions',
        needs: 'read',
        about: 'Who is signed in, where, since when, and for how long they typed nothing.',
        answers: [['Answer', SessionList]],
      },
      {
        call: 'GET /api/services',
        needs: 'read',
        about:
          'Services of the machine and of the session, from systemd over D-Bus. Read when it is asked for, kept for 2 s.',
        answers: [['Answer', ServiceList]],
      },
      {
        call: 'GET /api/service/log',
        needs: 'control',
        about:
          'The last 200 entries of the journal of one service, oldest first, through the library of systemd. Logs may hold secrets: a read token is not enough.',
        query: ServiceLogQuery,
        answers: [['Answer', ServiceLog]],
      },
      ...SERVICE_ACTIONS.map((action) => ({
        call: `POST /api/service/${action}`,
        needs: 'control' as const,
        about: SERVICE_ABOUT[action],
        body: ServiceRequest,
        answers: [['Answer', ServiceOutcome]] as const,
      })),
      {
        call: 'GET /api/startup',
        needs: 'read',
        about:
          'What starts with the session or the machine, services aside: autostart entries, crontabs, the directories of cron and timers of systemd. Only autostart entries of the user are switched. Read when it is asked for, kept for 2 s.',
        answers: [['Answer', StartupList]],
      },
      ...STARTUP_ACTIONS.map((action) => ({
        call: `POST /api/startup/${action}`,
        needs: 'control' as const,
        about: STARTUP_ABOUT[action],
        body: StartupRequest,
        answers: [['Answer', StartupOutcome]] as const,
      })),
    ],
  },
  {
    title: 'Port 8001: processes and apps',
    routes: [
      {
        call: 'GET /api/processes',
        needs: 'read',
        about:
          'Every process at the last sample, the sums, and where the busy time of the machine went.',
        query: ProcessQuery,
        answers: [['Answer', ProcessList]],
      },
      {
        call: 'GET /metrics',
        needs: 'read',
        about:
          'CPU time, memory, processes, threads and disk traffic of the busiest apps, twelve at most, and of all others in one, in the same formats.',
        answers: [],
      },
      {
        call: 'GET /api/apps',
        needs: 'read',
        about: 'The same processes, grouped by what belongs together.',
        answers: [['Answer', AppList]],
      },
      {
        call: 'WS /api/processes/stream',
        needs: 'read',
        about: 'Both tables: a whole picture first, then what changed.',
        body: StreamRequest,
        answers: [
          ['First frame', ProcessSnapshotFrame],
          ['Every further frame', ProcessDeltaFrame],
        ],
      },
    ],
  },
  {
    title: 'Both ports',
    routes: [
      {
        call: 'GET /health',
        needs: 'nothing',
        about: 'Up, and proof that it is ours: HMAC of a challenge with the read token.',
        query: HealthQuery,
        answers: [['Answer', Health]],
      },
      {
        call: 'POST /api/session',
        needs: 'page',
        about: 'Hands the page its control token.',
        body: SessionRequest,
        answers: [['Answer', Session]],
      },
      {
        call: 'GET /api/session',
        needs: 'read',
        about:
          'What the caller may do on this connection: a token may read only, and from other computers control may be off.',
        answers: [['Answer', SessionScope]],
      },
      {
        call: 'POST /api/launch-code',
        needs: 'control',
        about: 'A one-time code for a browser that the system cannot vouch for.',
        body: LaunchCodeRequest,
        answers: [['Answer', LaunchCode]],
      },
    ],
  },
]
