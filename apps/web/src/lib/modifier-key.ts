/** What this keyboard calls the key that goes with letters. */
export const MODIFIER_KEY = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl'
