/** What started this service, and is never acted on by it; nulls when nobody did. */
export interface OwnStarters {
  /** Pid of the launcher, whose other children are services of ours. */
  readonly launcherPid: number | null
  /** The launcher itself, or what stands between it and an elevated service. */
  readonly parentPid: number | null
}

export function ownStarters(): OwnStarters {
  const parentPid = process.channel === undefined ? null : process.ppid
  // An elevated service is no child of its launcher.
  const told = Number(process.env['TASKMANAGER_LAUNCHER_PID'] ?? 0)
  return { launcherPid: told > 0 ? told : parentPid, parentPid }
}

/** Why it is left alone, by its pid alone; null when that is no reason. */
export function starterReason(pid: number, { launcherPid, parentPid }: OwnStarters): string | null {
  return pid === launcherPid || pid === parentPid
    ? `PID ${pid} is the launcher of Task Manager Pro.`
    : null
}
