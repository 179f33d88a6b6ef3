#Requires -Version 5.1
# Would start the stats service elevated. The launcher decides, so that there is one answer for every system: on Windows
# it says why this is not offered yet.
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
$arguments = @((Join-Path -Path $PSScriptRoot -ChildPath 'scripts\launch.mjs'), 'start', '--elevated-stats')
if ($NoOpen) {
    $arguments += '--no-open'
}
& $node.Source $arguments
exit $LASTEXITCODE
