#Requires -Version 5.1
# Starts Task Manager Pro with the stats service as administrator, so that it can end programs of other users and of Windows.
# Everything else runs as you. Do not start it as administrator: the launcher has Windows ask (User Account Control), and only for
# that service. Where scripts are not allowed to run, use START_STATS_ADMIN.cmd, or:
#   powershell -NoProfile -ExecutionPolicy Bypass -File START_STATS_ADMIN.ps1
[CmdletBinding()]
param(
    [switch] $NoOpen,
    [switch] $AllowUserWritableTree
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$node = Get-Command -Name 'node' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if ($null -eq $node) {
    Write-Host 'Node.js was not found. Install Node.js 24 or newer from https://nodejs.org and start again.'
    exit 1
}
$arguments = @((Join-Path -Path $PSScriptRoot -ChildPath 'scripts\launch.mjs'), 'start', '--elevated-stats')
if ($NoOpen) {
    $arguments += '--no-open'
}
if ($AllowUserWritableTree) {
    $arguments += '--allow-user-writable-tree'
}
& $node.Source $arguments
exit $LASTEXITCODE
