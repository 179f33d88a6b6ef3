/** State of a history entry that a key opened: its list takes the focus, so that the next key is for the list. */
export const BY_KEY = { byKey: true } as const

export function isOpenedByKey(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'byKey' in state && state.byKey === true
}
