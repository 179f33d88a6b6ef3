import type { ReactNode } from 'react'

/** Our own glyphs on a 16 × 16 grid, drawn with a line. Program icons are never read from disk. */
const GLYPHS = {
  mark: <path d="M3 13V9M6.3 13V5M9.7 13V7.5M13 13V3" />,
  overview: (
    <>
      <rect x="2" y="2.2" width="5.4" height="6.6" rx="1.3" />
      <rect x="9.6" y="2.2" width="4.4" height="3.6" rx="1.3" />
      <rect x="9.6" y="8" width="4.4" height="5.8" rx="1.3" />
      <path d="M2.2 11.4h5M2.2 13.6h5" />
    </>
  ),
  apps: (
    <>
      <rect x="2.2" y="2.2" width="4.8" height="4.8" rx="1.3" />
      <rect x="9" y="2.2" width="4.8" height="4.8" rx="1.3" />
      <rect x="2.2" y="9" width="4.8" height="4.8" rx="1.3" />
      <rect x="9" y="9" width="4.8" height="4.8" rx="1.3" />
    </>
  ),
  processes: (
    <path d="M2 3.4h5.4M7.2 8h6.8M7.2 12.6h6.8M3.4 5.4v5.7c0 .9.6 1.5 1.5 1.5h.3M3.4 8h1.8" />
  ),
  performance: <path d="M1.6 8.8h2.7l2.1-5.6 3.2 9.6 2-4h2.8" />,
  help: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M6.3 6.4c.1-1 .8-1.6 1.8-1.6s1.7.6 1.7 1.5c0 1.3-1.7 1.3-1.7 2.6M8 11.2h.01" />
    </>
  ),
  settings: (
    <>
      <path d="M2 4.6h6.6M12.4 4.6H14M2 11.4h1.6M7.4 11.4H14" />
      <circle cx="10.5" cy="4.6" r="1.9" />
      <circle cx="5.5" cy="11.4" r="1.9" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.4" />
      <path d="M10.3 10.3l3.4 3.4" />
    </>
  ),
  live: (
    <>
      <circle cx="8" cy="8" r="2.2" fill="currentColor" stroke="none" />
      <path d="M4.5 11.5a5 5 0 0 1 0-7M11.5 4.5a5 5 0 0 1 0 7" />
    </>
  ),
  leaf: (
    <path d="M3 13.4c.3-6 3.8-9.8 10-10.8.3 6.8-2.6 9.8-7.5 9.2M3 13.4c1.5-3.2 3.4-5.2 6-6.6" />
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.8v1.3M8 12.9v1.3M1.8 8h1.3M12.9 8h1.3M3.6 3.6l.9.9M11.5 11.5l.9.9M3.6 12.4l.9-.9M11.5 4.5l.9-.9" />
    </>
  ),
  end: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2" />
    </>
  ),
  suspend: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M6.4 5.9v4.2M9.6 5.9v4.2" />
    </>
  ),
  details: (
    <>
      <rect x="2" y="2.8" width="12" height="10.4" rx="1.6" />
      <path d="M9.6 2.8v10.4" />
    </>
  ),
  columns: (
    <>
      <rect x="2" y="2.8" width="12" height="10.4" rx="1.6" />
      <path d="M6 2.8v10.4M10 2.8v10.4" />
    </>
  ),
  'chevron-down': <path d="M4.4 6.4L8 10l3.6-3.6" />,
  'chevron-right': <path d="M6.2 4.2L10 8l-3.8 3.8" />,
  'chevron-left': <path d="M9.8 4.2L6 8l3.8 3.8" />,
  window: (
    <>
      <rect x="2" y="2.8" width="12" height="10.4" rx="1.6" />
      <path d="M2 6h12M4.2 4.4h.01M6 4.4h.01" />
    </>
  ),
  lock: (
    <>
      <rect x="3.4" y="7" width="9.2" height="6.4" rx="1.5" />
      <path d="M5.4 7V5.2a2.6 2.6 0 0 1 5.2 0V7" />
    </>
  ),
  service: (
    <>
      <circle cx="8" cy="8" r="2.1" />
      <path d="M8 2.2v1.9M8 11.9v1.9M2.2 8h1.9M11.9 8h1.9M3.9 3.9l1.35 1.35M10.75 10.75l1.35 1.35M3.9 12.1l1.35-1.35M10.75 5.25l1.35-1.35" />
    </>
  ),
  user: (
    <>
      <circle cx="8" cy="5.2" r="2.8" />
      <path d="M2.8 13.8a5.2 5.2 0 0 1 10.4 0" />
    </>
  ),
  flag: <path d="M3.6 14V2.4M3.6 3h8.6l-2 2.9 2 2.9H3.6" />,
  warning: (
    <>
      <path d="M8 2.4l6 10.8H2z" />
      <path d="M8 6.4v3.2M8 11.4h.01" />
    </>
  ),
  more: <path d="M3.4 8h.01M8 8h.01M12.6 8h.01" />,
  terminal: (
    <>
      <rect x="2" y="2.8" width="12" height="10.4" rx="1.6" />
      <path d="M4.8 6.4L6.8 8l-2 1.6M8.4 10h2.8" />
    </>
  ),
  'arrow-right': <path d="M3 8h10M9.4 4.4L13 8l-3.6 3.6" />,
  'arrow-down': <path d="M8 3v10M4.4 9.4L8 13l3.6-3.6" />,
  'arrow-up': <path d="M8 13V3M4.4 6.6L8 3l3.6 3.6" />,
  branch: (
    <>
      <rect x="5.6" y="2" width="4.8" height="3.8" rx="1" />
      <rect x="1.8" y="10.2" width="4.8" height="3.8" rx="1" />
      <rect x="9.4" y="10.2" width="4.8" height="3.8" rx="1" />
      <path d="M8 5.8v2.2M4.2 10.2V8h7.6v2.2" />
    </>
  ),
  plug: <path d="M5.6 2v3M10.4 2v3M4 5h8v2.4A4 4 0 0 1 8 11.4 4 4 0 0 1 4 7.4zM8 11.4V14" />,
  save: <path d="M8 2.4v7.4M4.8 6.8L8 10l3.2-3.2M2.8 11.4v2.2h10.4v-2.2" />,
  file: <path d="M4 2.2h5.2L12.4 5.4v8.4H4zM9 2.4v3.2h3.2" />,
  restart: <path d="M13.4 6.2A5.7 5.7 0 1 0 13.7 9M13.6 3v3.3h-3.3" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 4.8V8l2.2 1.5" />
    </>
  ),
  startup: <path d="M8 2v5.6M5 4.3a5.2 5.2 0 1 0 6 0" />,
  copy: (
    <>
      <rect x="5.6" y="5.6" width="8" height="8" rx="1.5" />
      <path d="M10.4 5.6V3.9c0-.8-.6-1.5-1.5-1.5h-5c-.8 0-1.5.7-1.5 1.5v5c0 .9.7 1.5 1.5 1.5h1.7" />
    </>
  ),
  cpu: (
    <>
      <rect x="4.2" y="4.2" width="7.6" height="7.6" rx="1.4" />
      <path d="M6.3 2v2.2M9.7 2v2.2M6.3 11.8V14M9.7 11.8V14M2 6.3h2.2M2 9.7h2.2M11.8 6.3H14M11.8 9.7H14" />
    </>
  ),
  memory: (
    <path d="M2 11.6V5.4c0-.8.5-1.3 1.3-1.3h9.4c.8 0 1.3.5 1.3 1.3v6.2zM4.6 11.6v1.6M8 11.6v1.6M11.4 11.6v1.6M5.2 6.6v2.2M8 6.6v2.2M10.8 6.6v2.2" />
  ),
  disk: (
    <>
      <ellipse cx="8" cy="4.2" rx="5.4" ry="2" />
      <path d="M2.6 4.2v7.6c0 1.1 2.4 2 5.4 2s5.4-.9 5.4-2V4.2M2.6 8c0 1.1 2.4 2 5.4 2s5.4-.9 5.4-2" />
    </>
  ),
  network: <path d="M5 13V3.4M2.6 5.8L5 3.4l2.4 2.4M11 3v9.6M8.6 10.2L11 12.6l2.4-2.4" />,
  gpu: (
    <>
      <rect x="1.8" y="4" width="12.4" height="7.6" rx="1.5" />
      <circle cx="6" cy="7.8" r="1.9" />
      <path d="M10.4 6.4h1.6M10.4 9.2h1.6M4 11.6v1.8" />
    </>
  ),
  npu: (
    <>
      <rect x="2.6" y="2.6" width="10.8" height="10.8" rx="1.6" />
      <path d="M5.6 10.4V5.6l4.8 4.8V5.6" />
    </>
  ),
  good: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M5.4 8.2l1.9 1.9 3.4-3.8" />
    </>
  ),
  info: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 7.4v3.4M8 5.2h.01" />
    </>
  ),
  pause: <path d="M5.4 3.4v9.2M10.6 3.4v9.2" />,
  menu: <path d="M2.4 4.4h11.2M2.4 8h11.2M2.4 11.6h11.2" />,
  priority: <path d="M4.8 13V3.4M2.4 5.8l2.4-2.4 2.4 2.4M11.2 3v9.6M8.8 10.2l2.4 2.4 2.4-2.4" />,
  container: <path d="M8 1.9l5.4 2.9v6.4L8 14.1l-5.4-2.9V4.8zM2.8 4.9L8 7.7l5.2-2.8M8 7.7v6.2" />,
  close: <path d="M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6" />,
  check: <path d="M3.2 8.4l3.2 3.2 6.4-7" />,
  grip: <path d="M6 4.4h.01M6 8h.01M6 11.6h.01M10 4.4h.01M10 8h.01M10 11.6h.01" />,
  keyboard: (
    <>
      <rect x="1.8" y="4" width="12.4" height="8.2" rx="1.6" />
      <path d="M4.4 6.6h.01M6.8 6.6h.01M9.2 6.6h.01M11.6 6.6h.01M5.4 9.6h5.2" />
    </>
  ),
  unplugged: (
    <path d="M2.4 13.6l2.2-2.2M11.4 4.6l2.2-2.2M6.2 6.2L4.6 7.8a2.5 2.5 0 0 0 3.6 3.6l1.6-1.6M7 9l1.4-1.4M6.2 6.2l3.6 3.6M9.8 9.8l1.6-1.6a2.5 2.5 0 0 0-3.6-3.6L6.2 6.2" />
  ),
  alert: (
    <>
      <path d="M5.5 2.2h5l3.3 3.3v5l-3.3 3.3h-5l-3.3-3.3v-5z" />
      <path d="M8 5v3.6M8 10.9h.01" />
    </>
  ),
  ghost: (
    <>
      <path d="M3.4 13.4V7.2a4.6 4.6 0 0 1 9.2 0v6.2l-1.8-1.3-1.4 1.3L8 12.1l-1.4 1.3-1.4-1.3z" />
      <path d="M6.2 7.2h.01M9.8 7.2h.01" />
    </>
  ),
  filter: <path d="M2.2 4h11.6M4.4 8h7.2M6.6 12h2.8" />,
  play: <path d="M5 3.2v9.6l7.6-4.8z" />,
  moon: <path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z" />,
  'system-theme': (
    <>
      <rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1.4" />
      <path d="M5.6 13.6h4.8M8 11.2v2.4" />
    </>
  ),
  'force-end': (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8.8 4.8L6.4 8.4h3.2l-2.4 3" />
    </>
  ),
  power: <path d="M9 1.8L3.6 9h4L7 14.2 12.4 7h-4z" />,
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof GLYPHS

interface IconProps {
  readonly name: IconName
  readonly size?: 's' | 'l'
  /** What it says, where no word beside it does. Without it the icon is decoration. */
  readonly label?: string
}

export function Icon({ name, size, label }: IconProps) {
  return (
    <svg
      className={size === undefined ? 'i' : `i ${size}`}
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {GLYPHS[name]}
    </svg>
  )
}
