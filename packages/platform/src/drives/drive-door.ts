/** The way to a drive's own commands; tests put recorded pages behind it. Every call may take long, or never come back. */
export interface DriveDoor {
  /** Opens the device file of a disk; null: there is no way to ask it here. @throws with the errno of open(2) */
  open(id: string): Promise<OpenDrive | null>
}

export interface OpenDrive {
  /** A log page of the controller. Source: NVM Express base specification, Get Log Page. */
  nvmeLog(page: number, length: number): Promise<DriveAnswer<Buffer>>
  /** Source: ATA command set (ACS-4), passed through as SAT-4 says. */
  ata(command: AtaCommand): Promise<DriveAnswer<AtaResult>>
  close(): Promise<void>
}

/** `refused`: the drive, or the driver in between, does not know the command. */
export type DriveAnswer<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'denied' }
  | { kind: 'refused' }
  | { kind: 'failed' }

export interface AtaCommand {
  command: number
  feature?: number
  /** 48 bits. */
  lba?: number
  /** Needs the registers of 48-bit commands. */
  extended?: boolean
  /** Blocks of 512 bytes that it answers; without, the registers are the answer. */
  blocks?: number
}

export interface AtaResult {
  data: Buffer
  /** Where the driver hands them back. */
  registers: AtaRegisters | null
}

export interface AtaRegisters {
  error: number
  count: number
  lbaLow: number
  lbaMid: number
  lbaHigh: number
  status: number
}
