import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

export function DrawerClose({ onClose }: { readonly onClose: () => void }) {
  return (
    <Button icon aria-label="Close" onClick={onClose}>
      <Icon name="close" />
    </Button>
  )
}
