import { INTERVALS_MS } from '@taskmanager/contracts'
import type { IconName } from '../../components/icon.tsx'
import { deviceList } from '../../features/performance/device-list.ts'
import { liveStats, systemInfo } from '../../stores/live-stats.ts'
import {
  getPreferences,
  setPreference,
  type PreferenceName,
  type Preferences,
} from '../../stores/preferences.ts'
import { offeredPages } from '../pages.ts'
import type { PaletteItem } from './palette-items.ts'

/** Pages, and each device of Performance. */
export function pageItems(navigate: (path: string) => void): PaletteItem[] {
  const pages = offeredPages(systemInfo.get()).map(({ path, name, icon, letter }) => ({
    id: `page:${path}`,
    icon,
    title: name,
    keys: ['g', letter],
    run: () => navigate(path),
  }))
  const devices = deviceList(liveStats.get()).map(({ id, name, value }) => ({
    id: `device:${id}`,
    icon: DEVICE_ICONS[id.split('-')[0] ?? ''] ?? 'performance',
    title: name,
    detail: value,
    also: `performance device ${DEVICE_WORDS[id.split('-')[0] ?? ''] ?? ''}`,
    run: () => navigate(`/performance/${id}`),
  }))
  const settings: PaletteItem = {
    id: 'page:/settings',
    icon: 'settings',
    title: 'Settings',
    also: 'preferences options',
    run: () => navigate('/settings'),
  }
  const actions: PaletteItem = {
    id: 'page:/actions',
    icon: 'clock',
    title: 'Actions log',
    also: 'history audit ended killed outcomes',
    run: () => navigate('/actions'),
  }
  return [...pages, actions, settings, ...devices]
}

/** What else people call a device, and what they look for on its page. */
const DEVICE_WORDS: Record<string, string> = {
  cpu: 'processor model temperature speed frequency cores load',
  memory: 'ram swap cache',
  disk: 'disk drive storage io busy reads writes file system space',
  net: 'network interface internet traffic ip address',
  gpu: 'graphics card video vram temperature',
  npu: 'neural ai accelerator model inference clock',
  power: 'battery watts energy',
}

const DEVICE_ICONS: Record<string, IconName> = {
  cpu: 'cpu',
  memory: 'memory',
  disk: 'disk',
  net: 'network',
  gpu: 'gpu',
  npu: 'npu',
  power: 'power',
}

/** What the page can do at once. A choice that holds already is not offered. */
export function commandItems(context: {
  readonly isRailNarrow: boolean
  readonly showShortcuts: () => void
}): PaletteItem[] {
  const { paused } = getPreferences()
  const { isRailNarrow, showShortcuts } = context
  return [
    {
      id: 'pause',
      icon: paused ? 'play' : 'pause',
      title: paused ? 'Go on' : 'Pause',
      detail: paused ? undefined : 'the view; sampling goes on',
      also: 'live stop freeze',
      keys: ['p'],
      run: () => setPreference('paused', !paused),
    },
    {
      id: 'shortcuts',
      icon: 'keyboard',
      title: 'Shortcuts',
      also: 'keys keyboard help',
      keys: ['?'],
      run: showShortcuts,
    },
    {
      id: 'rail',
      icon: 'menu',
      title: isRailNarrow ? 'Widen the side bar' : 'Collapse the side bar',
      also: 'rail navigation',
      keys: ['['],
      run: () => setPreference('rail', isRailNarrow ? 'wide' : 'narrow'),
    },
    ...choices(),
  ]
}

function choices(): PaletteItem[] {
  return [
    choice('theme', 'system', 'system-theme', 'Theme as the system'),
    choice('theme', 'light', 'sun', 'Light theme', 'bright day'),
    choice('theme', 'dark', 'moon', 'Dark theme', 'night'),
    choice('contrast', 'more', 'system-theme', 'More contrast', 'high accessibility'),
    choice('contrast', 'normal', 'system-theme', 'Normal contrast'),
    choice('density', 'compact', 'processes', 'Compact rows', 'density'),
    choice('density', 'comfortable', 'processes', 'Comfortable rows', 'density'),
    ...INTERVALS_MS.flatMap((interval) =>
      choice(
        'intervalMs',
        interval,
        'clock',
        `Refresh every ${interval / 1000} s`,
        'interval rate',
      ),
    ),
    choice('cpuScale', 'machine', 'cpu', 'CPU of the machine', 'scale percent'),
    choice('cpuScale', 'core', 'cpu', 'CPU of one core', 'scale percent top htop'),
    choice('memoryUnit', 'gib', 'memory', 'Memory in GiB', 'unit 1024'),
    choice('memoryUnit', 'gb', 'memory', 'Memory in GB', 'unit 1000'),
    choice('networkUnit', 'bits', 'network', 'Network in bits', 'unit Mbit/s'),
    choice('networkUnit', 'bytes', 'network', 'Network in bytes', 'unit MB/s'),
    choice('temperatureUnit', 'celsius', 'cpu', 'Temperature in °C', 'unit Celsius'),
    choice('temperatureUnit', 'fahrenheit', 'cpu', 'Temperature in °F', 'unit Fahrenheit'),
  ].flat()
}

type ShortPreference = {
  [Name in PreferenceName]: Preferences[Name] extends string | number ? Name : never
}[PreferenceName]

function choice<Name extends ShortPreference>(
  name: Name,
  value: Preferences[Name],
  icon: IconName,
  title: string,
  also = '',
): PaletteItem[] {
  if (getPreferences()[name] === value) return []
  const run = () => setPreference(name, value)
  return [{ id: `${name}:${value}`, icon, title, also: `setting ${also}`, run }]
}
