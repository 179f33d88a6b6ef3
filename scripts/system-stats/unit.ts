import { restrictedNodeFlags } from '../launcher/restricted-node.ts'
import { V8_FLAGS } from '../launcher/services.ts'
import { SYSTEM_NAME } from '../launcher/system-stats.ts'
import { MARK, PLACES } from './places.ts'

/**
 * The systemd unit: the stats service as a user of its own who may send signals to every process and change its priority,
 * and nothing else that an ordinary user may not. Source: systemd.exec(5), systemd.resource-control(5).
 *
 * Left open on purpose: `MemoryDenyWriteExecute` (V8 compiles), `PrivateUsers` (the capabilities would count for nothing),
 * `ProtectProc` and `ProcSubset` (it shows every process), `PrivateDevices` and `ProtectClock` (GPUs are devices).
 */
export function unitText(): string {
  const { tree, runDir, stateDir } = PLACES
  const command = [
    `${tree}/bin/node`,
    ...restrictedNodeFlags([runDir, stateDir]),
    ...V8_FLAGS,
    `${tree}/stats.mjs`,
  ]
  return `${MARK}
# Members of the group ${SYSTEM_NAME} may read its tokens, and so end any process of this computer.
# Change it with: systemctl edit ${SYSTEM_NAME}

[Unit]
Description=Task Manager Pro: figures of the machine, and control over processes of every user

[Service]
Type=exec
ExecStart=${command.join(' ')}
Environment=NODE_ENV=production
Environment=TASKMANAGER_RUN_DIR=${runDir}
Environment=TASKMANAGER_STATE_DIR=${stateDir}
Environment=TASKMANAGER_MINT_TOKENS=1
Environment=TASKMANAGER_GROUP_TOKENS=1
Restart=on-failure
RestartSec=2
TimeoutStopSec=5

User=${SYSTEM_NAME}
Group=${SYSTEM_NAME}
RuntimeDirectory=${SYSTEM_NAME}
RuntimeDirectoryMode=0750
# What it suspended is still known to the next start after a crash.
RuntimeDirectoryPreserve=restart
StateDirectory=${SYSTEM_NAME}
StateDirectoryMode=0700
WorkingDirectory=/
UMask=0077

AmbientCapabilities=CAP_KILL CAP_SYS_NICE
CapabilityBoundingSet=CAP_KILL CAP_SYS_NICE
NoNewPrivileges=yes
SecureBits=noroot-locked

ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectHostname=yes

SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
SystemCallArchitectures=native
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
IPAddressDeny=any
IPAddressAllow=localhost
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
KeyringMode=private
RemoveIPC=yes

MemoryMax=512M
TasksMax=64

[Install]
WantedBy=multi-user.target
`
}
