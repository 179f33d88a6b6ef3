/**
 * Services whose stop takes a desktop, a login, the network or all containers along. By name, so it warns and never
 * forbids; confirming costs one word.
 */
const NAMES = new Set(
  `dbus dbus-broker polkit systemd-logind elogind display-manager gdm gdm3 sddm lightdm lxdm xdm greetd ly
  ssh sshd NetworkManager systemd-networkd systemd-resolved iwd wpa_supplicant networking connman dhcpcd
  docker containerd podman crio libvirtd lxd incus systemd-journald systemd-udevd getty@tty1`.split(
    /\s+/,
  ),
)

/** Of Windows, which does not tell case apart. */
const WINDOWS_NAMES = new Set(
  `rpcss rpceptmapper dcomlaunch samss lsm power plugplay brokerinfrastructure eventlog profsvc gpsvc winmgmt usermanager
  coremessagingregistrar systemeventsbroker schedule bfe mpssvc nsi dhcp dnscache nlasvc netprofm wlansvc wwansvc
  lanmanworkstation lanmanserver termservice cryptsvc windefend securityhealthservice vmcompute hns docker
  com.docker.service keyiso netlogon kdc ntds`.split(/\s+/),
)

/** Whether the typed name is needed before it is stopped or restarted. */
export function isCriticalService(name: string): boolean {
  const plain = name.replace(/\.service$/, '')
  return NAMES.has(plain) || plain.startsWith('user@') || WINDOWS_NAMES.has(name.toLowerCase())
}
