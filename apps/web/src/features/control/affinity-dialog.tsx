import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { closeModal, CONFIRM_KEY, Modal } from '../../components/modal.tsx'
import type { Target } from '../../stores/commands.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useSystem } from '../../stores/live-stats.ts'
import { useTargetInfo } from './use-target-info.ts'

interface AffinityDialogProps {
  readonly targets: readonly Target[]
  readonly onChoose: (cpus: readonly number[]) => void
  readonly onClose: () => void
}

/** Which CPUs a process may run on. Of several processes all CPUs are the start, since each may differ. */
export function AffinityDialog({ targets, onChoose, onClose }: AffinityDialogProps) {
  const title = useId()
  const lead = useId()
  const only = targets.length === 1 ? targets[0] : undefined
  const { info, gone } = useTargetInfo(only)
  const online = useProcesses((live) => live.logicalCpuCount)
  const known = useSystem((system) => system?.cpu.threads ?? null)
  const now = info?.affinity ?? null
  // A process may stand on a CPU above the count where some are offline.
  const count = Math.max(online ?? known ?? 1, ...(now ?? []).map((cpu) => cpu + 1))
  const all = Array.from({ length: count }, (_, cpu) => cpu)
  const [changed, setChanged] = useState<ReadonlySet<number> | null>(null)
  const chosen = changed ?? new Set(now ?? all)
  const toggle = (cpu: number) => {
    const next = new Set(chosen)
    if (!next.delete(cpu)) next.add(cpu)
    setChanged(next)
  }
  const isOff = gone || chosen.size === 0 || changed === null
  const set = () => {
    onChoose([...chosen].toSorted((a, b) => a - b))
    onClose()
  }
  return (
    <Modal titleId={title} describedBy={lead} onClose={onClose} onConfirm={isOff ? null : set}>
      <div className="dialog">
        <div className="b">
          <h1 id={title}>
            CPUs of {only === undefined ? `${targets.length} processes` : only.name}
          </h1>
          <p className="lead" id={lead}>
            {gone
              ? `${only?.name} (PID ${only?.pid}) has already ended.`
              : `It runs only on the CPUs chosen here, its new threads and children too. ${chosen.size} of ${count} chosen.`}
          </p>
          <div className="cpus" role="group" aria-label="CPUs">
            {all.map((cpu) => (
              <label key={cpu} className="cpu">
                <input
                  type="checkbox"
                  className="box"
                  checked={chosen.has(cpu)}
                  onChange={() => toggle(cpu)}
                />
                {cpu}
              </label>
            ))}
          </div>
        </div>
        <div className="f">
          <Button onClick={() => setChanged(new Set(all))}>All</Button>
          <Button onClick={() => setChanged(new Set())}>None</Button>
          <span className="grow" />
          <Button look="line" data-first="" onClick={(event) => closeModal(event.currentTarget)}>
            {gone ? 'Close' : 'Cancel'}
          </Button>
          {!gone && (
            <Button
              look="ink"
              disabled={isOff}
              {...CONFIRM_KEY}
              {...(chosen.size === 0 && { title: 'A process needs at least one CPU' })}
              onClick={set}
            >
              Set
            </Button>
          )}
        </div>
      </div>
    </Modal>
  )
}
