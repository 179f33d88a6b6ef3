import { koffiOrNull } from '../ffi.ts'
import { systemLibrary } from './system-library.ts'
import { utf16Until } from './utf16.ts'

/** What decides whether a window makes its program an app, as the Task Manager of Windows has it. */
export interface WindowFacts {
  isVisible: boolean
  hasOwner: boolean
  hasTitle: boolean
  /** Extended style. */
  style: number
  /** Kept out of sight by the system: another virtual desktop, a suspended app of the store. */
  isCloaked: boolean
}

const TOOL_WINDOW = 0x80
const APP_WINDOW = 0x4_0000

/** Whether it has a button of its own on the task bar. */
export function isAppWindow({ isVisible, hasOwner, hasTitle, style, isCloaked }: WindowFacts) {
  const isTool = (style & TOOL_WINDOW) !== 0 && (style & APP_WINDOW) === 0
  return isVisible && !hasOwner && hasTitle && !isTool && !isCloaked
}

export interface WindowCalls {
  /** Pids of processes with such a window, on the desktop of this session; true: one of its windows does not answer. */
  appPids(): ReadonlyMap<number, boolean>
  /** Top-level windows of a process that can be seen, whatever they are. */
  visibleWindowsOf(pid: number): number[]
  /** Asks a window to close, as its cross does; false: it is gone, or of a program with more rights (UIPI). */
  askToClose(window: number): boolean
}

const GW_OWNER = 4
const GWL_EXSTYLE = -20
const DWMWA_CLOAKED = 14
const WM_CLOSE = 0x10
const GO_ON = 1
/** Windows of store apps belong to a frame of this class; the app itself has the window inside. */
const STORE_FRAME = 'ApplicationFrameWindow'
const STORE_APP = 'Windows.UI.Core.CoreWindow'

let calls: WindowCalls | null | undefined

/** null without koffi, and on editions without a desktop. Source: winuser.h, dwmapi.h. */
export const windowCalls = (): WindowCalls | null =>
  calls === undefined ? (calls = load()) : calls

function load(): WindowCalls | null {
  const koffi = koffiOrNull()
  const user32 = systemLibrary('user32')
  if (koffi === null || user32 === null) return null
  koffi.proto('int TaskManagerWindowVisitor(intptr_t window, intptr_t parameter)')
  const enumerate = user32.func(
    'int EnumWindows(TaskManagerWindowVisitor *visit, intptr_t parameter)',
  )
  const isVisible = user32.func('int IsWindowVisible(intptr_t window)')
  const related = user32.func('intptr_t GetWindow(intptr_t window, uint32_t relation)')
  const titleLength = user32.func('int GetWindowTextLengthW(intptr_t window)')
  const longOf = user32.func('intptr_t GetWindowLongPtrW(intptr_t window, int index)')
  const threadOf = user32.func('uint32_t GetWindowThreadProcessId(intptr_t window, void *pid)')
  const className = user32.func('int GetClassNameW(intptr_t window, void *text, int length)')
  const find = user32.func(
    'intptr_t FindWindowExW(intptr_t parent, intptr_t after, str16 class, str16 title)',
  )
  const shell = user32.func('intptr_t GetShellWindow()')
  const isHung = user32.func('int IsHungAppWindow(intptr_t window)')
  const post = user32.func(
    'int PostMessageW(intptr_t window, uint32_t message, uintptr_t a, intptr_t b)',
  )
  const attribute = systemLibrary('dwmapi')?.optional(
    'int32_t DwmGetWindowAttribute(intptr_t window, uint32_t attribute, void *value, uint32_t size)',
  )
  const word = Buffer.alloc(4)
  const text = Buffer.alloc(512)

  const pidOf = (window: number) => {
    word.writeUInt32LE(0, 0)
    threadOf(window, word)
    return word.readUInt32LE(0)
  }
  const isCloaked = (window: number) => {
    word.writeUInt32LE(0, 0)
    return attribute?.(window, DWMWA_CLOAKED, word, 4) === 0 && word.readUInt32LE(0) !== 0
  }
  const classOf = (window: number) => {
    text.writeUInt16LE(0, 0)
    className(window, text, text.length / 2)
    return utf16Until(text, 0)
  }
  /** The app in a frame of the store; 0 while it is not there. */
  const appOf = (window: number): number => {
    if (classOf(window) !== STORE_FRAME) return pidOf(window)
    const inner = Number(find(window, 0, STORE_APP, null))
    return inner === 0 ? 0 : pidOf(inner)
  }
  const isApp = (window: number) =>
    isVisible(window) !== 0 && // most are not, and are asked nothing more
    isAppWindow({
      isVisible: true,
      hasOwner: Number(related(window, GW_OWNER)) !== 0,
      hasTitle: titleLength(window) > 0,
      style: Number(longOf(window, GWL_EXSTYLE)),
      isCloaked: isCloaked(window),
    })
  return {
    appPids: () => {
      const pids = new Map<number, boolean>()
      const desktop = Number(shell())
      enumerate((window: number | bigint) => {
        const each = Number(window)
        if (each === desktop || !isApp(each)) return GO_ON
        const pid = appOf(each)
        pids.set(pid, pids.get(pid) === true || isHung(each) !== 0)
        return GO_ON
      }, 0)
      pids.delete(0)
      return pids
    },
    visibleWindowsOf: (pid) => {
      const windows: number[] = []
      enumerate((window: number | bigint) => {
        const each = Number(window)
        if (isVisible(each) !== 0 && pidOf(each) === pid) windows.push(each)
        return GO_ON
      }, 0)
      return windows
    },
    askToClose: (window) => post(window, WM_CLOSE, 0, 0) !== 0,
  }
}
