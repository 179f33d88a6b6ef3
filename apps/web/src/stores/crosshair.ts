/** The instant under the pointer, shared by every chart and the time bar. `null`: the pointer is elsewhere. */
import { createStore } from '../lib/create-store.ts'

export const crosshair = createStore<number | null>(null)
