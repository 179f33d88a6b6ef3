/** Words that both ends of the wire share. No schema here, so the page can import them at run time. */

/** Bumped when an old page can no longer read new frames; the page then offers a reload. */
export const API_VERSION = 1

export const PORTS = { pages: 5173, stats: 8000, accuracy: 8001 } as const
export type ServiceName = keyof typeof PORTS

/**
 * psutil's status words. Source: psutil.STATUS_*; proc_pid_stat(5) field 3. `not-responding` is ours: a window of it does
 * not answer (Windows).
 */
export const PROCESS_STATUSES = [
  'running',
  'sleeping',
  'disk-sleep',
  'stopped',
  'tracing-stop',
  'zombie',
  'dead',
  'wake-kill',
  'waking',
  'parked',
  'idle',
  'not-responding',
  'unknown',
] as const
export type ProcessStatus = (typeof PROCESS_STATUSES)[number]

/** Where processes that ended between two samples are known from. */
export const ENDED_SOURCES = ['exit_records', 'waited_for_time'] as const
export type EndedSource = (typeof ENDED_SOURCES)[number]

/** What sort of program a process or app is: it chooses the glyph and the section of the app list. */
export const PROCESS_KINDS = [
  'app',
  'service',
  'terminal',
  'container',
  'background',
  'kernel',
] as const
export type ProcessKind = (typeof PROCESS_KINDS)[number]

/** How hard a system holds back for heat. Source: OSThermalNotification.h of macOS. */
export const THERMAL_PRESSURES = ['nominal', 'moderate', 'heavy', 'trapping', 'sleeping'] as const
export type ThermalPressure = (typeof THERMAL_PRESSURES)[number]

/** Why a value is `null`. */
export const UNKNOWN_REASONS = [
  'first_sample',
  'not_permitted',
  'not_supported',
  'not_reported',
  'gone',
  'failed',
] as const
export type UnknownReason = (typeof UNKNOWN_REASONS)[number]

/** Why the figures of a file system are old. */
export const STALE_REASONS = ['no_answer', 'not_asked'] as const
export type StaleReason = (typeof STALE_REASONS)[number]

/** Figures of processes that are read only while somebody asks for them. */
export const ASKED_FIELDS = [
  'num_fds',
  'num_handles',
  'run_delay_percent',
  'io_delay_percent',
  'swap_delay_percent',
  'context_switches_per_second',
  'swap_bytes',
  'session_id',
  'terminal',
  'elevated',
  'efficiency_mode',
  'architecture',
  'exe_replaced',
] as const
export type AskedField = (typeof ASKED_FIELDS)[number]

/** What a drive's own figures come to. */
export const DRIVE_VERDICTS = ['good', 'warning', 'failing'] as const

/** How the last question for the health of a drive went. */
export const DRIVE_STATES = [
  'told',
  'asleep',
  'off',
  'not_permitted',
  'not_supported',
  'not_reported',
  'no_answer',
  'failed',
] as const
export type DriveState = (typeof DRIVE_STATES)[number]

/** Sampling intervals a viewer may ask for, in milliseconds. */
export const INTERVALS_MS = [500, 1000, 2000, 5000] as const

/** Windows-style priority words and their nice values. */
export const PRIORITIES = { very_high: -10, high: -5, normal: 0, low: 10, very_low: 19 } as const
export type PriorityWord = keyof typeof PRIORITIES

/** Who is served first by a disk. normal: as the nice value says; idle: only when nobody else asks. */
export const IO_PRIORITIES = ['high', 'normal', 'low', 'idle'] as const
export type IoPriority = (typeof IO_PRIORITIES)[number]

/** WebSocket subprotocols: the one the server selects, and the prefix of the entry that carries a token. */
export const STREAM_PROTOCOL = 'tmp.v1'
export const BEARER_PROTOCOL_PREFIX = 'tmp.bearer.'

/** Close codes of our streams beside the standard ones. 4401: the token was revoked. */
export const CLOSE_REVOKED = 4401

/** Most members of one bulk control request. */
export const MAX_CONTROL_TARGETS = 256

/** How long an end can be taken back, milliseconds: at least, at most (the terminal asks for it), and what the page asks for. */
export const UNDO_MS = { least: 1000, most: 30_000, usual: 10_000 } as const
