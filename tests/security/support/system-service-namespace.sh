#!/bin/sh
# The first process of a machine of its own: installs the service with the real installer, makes two users, and runs the driver. Everything
# that any of them writes to is of this namespace alone.
set -eu
root=$1 node=$2
mount --make-rprivate /
for directory in /run /opt /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$directory"; done
cp -a /etc /run/etc
mount --bind /run/etc /etc
ip link set lo up
# Where other users can enter it; and where nobody can write, so that nothing is installed or built anew.
mkdir /opt/product
mount --bind "$root" /opt/product
mount -o remount,bind,ro /opt/product
cd /opt/product
PATH=$(dirname "$node"):$PATH
export PATH
for wish in --dry-run '' ''; do node scripts/launch.mjs system-stats install $wish >>/run/installer.log; done
node=/opt/task-manager-pro/bin/node # a copy that everybody may run
useradd --create-home --base-dir /opt --groups task-manager-pro member
useradd --create-home --base-dir /opt stranger
exec "$node" tests/security/fixtures/system-service.ts
