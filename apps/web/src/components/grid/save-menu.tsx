import { Menu } from '@base-ui/react/menu'
import { toCsv, toJson, type ExportTable } from '../../lib/export-table.ts'
import { Icon } from '../icon.tsx'

interface SaveMenuProps {
  /** What is shown now; asked for when it is saved. */
  readonly table: () => ExportTable
  readonly onOpenChange: (open: boolean) => void
}

const FORMATS = [
  { text: 'Save as CSV', ending: 'csv', type: 'text/csv', write: toCsv },
  { text: 'Save as JSON', ending: 'json', type: 'application/json', write: toJson },
] as const

/** The list as a file, with bare values. It goes from the page to the disk and to nobody else. */
export function SaveMenu({ table, onOpenChange }: SaveMenuProps) {
  return (
    <Menu.Root onOpenChange={onOpenChange}>
      <Menu.Trigger className="btn icon" aria-label="Save the list" title="Save the list">
        <Icon name="save" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="menu-at" align="end" sideOffset={6}>
          <Menu.Popup className="pop">
            {FORMATS.map(({ text, ending, type, write }) => (
              <Menu.Item
                key={ending}
                className="pi"
                onClick={() => {
                  const { name, ...rest } = table()
                  save(`${name}-${stamp()}.${ending}`, write({ name, ...rest }), type)
                }}
              >
                <Icon name="file" />
                {text}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** 2026-03-09T14-04-43, as a file may be called everywhere. */
const stamp = (): string => new Date().toISOString().slice(0, 19).replaceAll(':', '-')

function save(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
