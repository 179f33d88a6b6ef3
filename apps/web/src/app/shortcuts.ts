import { MODIFIER_KEY } from '../lib/modifier-key.ts'

/** One table for the keys and for the sheet that lists them. The lists' own keys are in their rooms. */
export interface ShortcutGroup {
  readonly title: string
  readonly items: readonly { readonly does: string; readonly keys: readonly string[] }[]
}

export const SHORTCUT_GROUPS: readonly ShortcutGroup[] = [
  {
    title: 'Anywhere',
    items: [
      { does: 'Search or run', keys: [MODIFIER_KEY, 'K'] },
      { does: 'Filter this list', keys: ['/'] },
      { does: 'Clear filter, close', keys: ['Esc'] },
      { does: 'Pause or go on', keys: ['p'] },
      { does: 'Collapse the side bar', keys: ['['] },
      { does: 'This sheet', keys: ['?'] },
      { does: 'Go to outcomes', keys: ['F8'] },
    ],
  },
  {
    title: 'Go to',
    items: [
      { does: 'Overview', keys: ['g', 'o'] },
      { does: 'Apps', keys: ['g', 'a'] },
      { does: 'Processes', keys: ['g', 'p'] },
      { does: 'Performance', keys: ['g', 'f'] },
      { does: 'Services', keys: ['g', 's'] },
      { does: 'Containers', keys: ['g', 'c'] },
      { does: 'Startup', keys: ['g', 't'] },
      { does: 'Users', keys: ['g', 'u'] },
      { does: 'Device by number', keys: ['1', 'to', '9'] },
    ],
  },
  {
    title: 'In a list',
    items: [
      { does: 'Move', keys: ['↑', '↓'] },
      { does: 'Extend the selection', keys: ['⇧', '↓'] },
      { does: 'Open, close a branch', keys: ['→', '←'] },
      { does: 'Open all', keys: ['*'] },
      { does: 'Tree or flat', keys: ['t'] },
      { does: 'Hold the order', keys: ['Space'] },
      { does: 'Details', keys: ['↵'] },
      { does: 'Menu', keys: ['⇧', 'F10'] },
    ],
  },
  {
    title: 'Sort by, again reverses',
    items: [
      { does: 'CPU', keys: ['c'] },
      { does: 'Memory', keys: ['m'] },
      { does: 'Disk', keys: ['d'] },
      { does: 'Network', keys: ['n'] },
    ],
  },
  {
    title: 'Act on the selection',
    items: [
      { does: 'End', keys: ['Del'] },
      { does: 'Force end', keys: ['⇧', 'Del'] },
      { does: 'Do what a dialog asks', keys: [MODIFIER_KEY, '↵'] },
      { does: 'Suspend or resume', keys: ['s'] },
      { does: 'Copy as text', keys: [MODIFIER_KEY, 'C'] },
    ],
  },
  {
    title: 'Numbers',
    items: [
      { does: 'CPU of machine or of one core', keys: ['%'] },
      { does: 'Faster, slower refresh', keys: ['+', '−'] },
    ],
  },
]
