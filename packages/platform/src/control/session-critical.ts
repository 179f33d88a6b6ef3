/**
 * Programs whose end takes a desktop, a login, a bus or containers along. By name, so it warns and never forbids:
 * anyone may give a program such a name, and confirming costs one word.
 */
const NAMES = new Set(
  `Xorg X Xwayland gnome-shell gnome-session-binary gnome-session-b kwin_x11 kwin_wayland plasmashell ksmserver
  startplasma-wayland startplasma-x11 mutter muffin cinnamon cinnamon-session xfce4-session xfwm4 mate-session marco
  lxsession lxqt-session openbox i3 sway Hyprland river wayfire weston labwc cosmic-comp cosmic-session gamescope
  gdm gdm3 gdm-x-session gdm-wayland-session gdm-session-worker sddm sddm-helper lightdm lxdm xdm greetd ly
  systemd systemd-logind elogind seatd init runit openrc-init s6-svscan dinit login agetty
  dbus-daemon dbus-broker dbus-broker-launch sshd dockerd containerd containerd-shim containerd-shim-runc-v2 conmon
  crio podman runc crun lxc-start lxd incusd libvirtd`.split(/\s+/),
)

/** Whether the typed name is needed before it is ended. The kernel cuts its names at 15 characters. */
export function isSessionCritical(name: string, comm: string): boolean {
  if (NAMES.has(name) || NAMES.has(comm)) return true
  return comm.length === 15 && [...NAMES].some((each) => each.startsWith(comm))
}
