@echo off
rem Starts Task Manager Pro with the stats service as administrator, so that it can end programs of other users and of Windows.
rem Everything else runs as you. Do not run this as administrator: Windows is made to ask, and only for that service.
setlocal
node --version >nul 2>nul
if errorlevel 1 (
  echo Node.js was not found. Install Node.js 24 or newer from https://nodejs.org and start again.
  pause
  exit /b 1
)
node "%~dp0scripts\launch.mjs" start --elevated-stats %*
set "code=%ERRORLEVEL%"
rem A window that was opened for this closes with it: what went wrong is to be read first.
if not "%code%"=="0" pause
exit /b %code%
