#Requires -Version 5.1
# Starts Task Manager Pro. Where scripts are not allowed to run, use START_ALL.cmd, or:
#   powershell -NoProfile -ExecutionPolicy Bypass -File START_ALL.ps1
[CmdletBinding()]
param(
    [switch] $NoOpen
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$node = Get-Command -Name 'node' -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if ($null -eq $node) {
    Write-Host 'Node.js was not found. Install Node.js 24 or newer from https://nodejs.org and start again.'
    exit 1
}
$arguments = @((Join-Path -Path $PSScriptRoot -ChildPath 'scripts\launch.mjs'), 'start')
if ($NoOpen) {
    $arguments += '--no-open'
}
& $node.Source $arguments
exit $LASTEXITCODE
