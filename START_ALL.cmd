@echo off
rem Starts Task Manager Pro. Double-click it, or run it with options: START_ALL.cmd --no-open
setlocal
where node >nul 2>nul
if errorlevel 1 (
  echo Node.js was not found. Install Node.js 24 or newer from https://nodejs.org and start again.
  exit /b 1
)
node "%~dp0scripts\launch.mjs" start %*
exit /b %ERRORLEVEL%
