@echo off
rem mail1: RPC port settings script, made by rolewall, do not edit
rem
rem os       windows-2003
rem roles    exchange-2000-2003, member-baseline
rem families ipv4
rem rpc      static
rem digest   sha256:8ed9ad4b74cba174ef7bb624e7448ac56816f55fddefc4763e1b59bbd0bbe2fa
rem
rem Apply    rpc-ports.cmd, from an elevated prompt. Nothing changes before the restarts that it names at its end.
rem Undo     rpc-ports.cmd undo, which puts back the registry values from before the first run. They are kept in the
rem          registry: HKLM\SOFTWARE\rolewall\rpc-ports. What an earlier script set and this one does not
rem          goes back to its old value in every run.
rem Failure  the exit code is not 0; run it again, or undo.
rem
rem The range of TCP and UDP ports for the host's own connections (netsh int ipv4 set dynamicport) stays as it is.

setlocal EnableExtensions DisableDelayedExpansion
set "SELF=%~f0"
set "SAVED=HKLM\SOFTWARE\rolewall\rpc-ports"
cd /d "%SystemRoot%\System32"

rem ======== Checks. Up to the next line of equal signs nothing is changed.

set "STOP=This needs an elevated prompt."
reg query HKU\S-1-5-19 >nul 2>&1 || goto stop

rem A 32-bit program has parts of the registry to itself.
set "STOP=This needs the 64-bit command prompt."
if defined PROCESSOR_ARCHITEW6432 goto stop

rem The script looks for names in itself: by the wrong name, or with line ends of Unix, it would find none.
set "STOP=The script cannot read itself as %SELF%. Call it by its full name with .cmd, and keep its line ends (CR LF)."
findstr /l /x /c:"rem This line is how the script knows itself." "%SELF%" >nul || goto stop
rem This line is how the script knows itself.

set "STOP=Say rpc-ports.cmd, or rpc-ports.cmd undo; beside it /force-build."
set "UNDO="
set "FORCEBUILD="
if "%~1"=="/?" goto stop
call :word "%~1" || goto stop
call :word "%~2" || goto stop
if not "%~3"=="" goto stop

set "BUILD="
for /f "tokens=3" %%b in ('reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuildNumber ^| findstr REG_SZ') do set "BUILD=%%b"
if not defined BUILD set "BUILD=unknown"
set "STOP=This script was made for windows-2003 (build 3790), and this is build %BUILD%. Where the settings fit all the same, add /force-build."
if not defined FORCEBUILD if not "%BUILD%"=="3790" goto stop

rem ======== What an earlier run set and this one does not goes back; with undo that is everything.

set "MISSED="
for /f "tokens=5 delims=\" %%i in ('reg query "%SAVED%" 2^>nul') do call :sweep "%%i" || set "MISSED=%%i"
if defined MISSED goto failed
if defined UNDO goto undone

rem ======== Settings. The old value of each is kept once, before the first change.

rem MSExchangeIS, Exchange 2000 and 2003 store: 6101
set ID=MSExchangeIS
set "KEY=HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS\ParametersSystem"
set "NAME=TCP/IP Port"
set "TYPE=REG_DWORD"
call :save || goto failed
reg add "%KEY%" /v "%NAME%" /t %TYPE% /d "6101" /f || goto failed

rem MSExchangeSA, Exchange 2000 and 2003 directory referral: 6102
set ID=MSExchangeSA
set "KEY=HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeSA\Parameters"
set "NAME=TCP/IP Port"
set "TYPE=REG_DWORD"
call :save || goto failed
reg add "%KEY%" /v "%NAME%" /t %TYPE% /d "6102" /f || goto failed

rem MSExchangeSA-NSPI, Exchange 2000 and 2003 NSPI proxy: 6103
set ID=MSExchangeSA-NSPI
set "KEY=HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeSA\Parameters"
set "NAME=TCP/IP NSPI Port"
set "TYPE=REG_DWORD"
call :save || goto failed
reg add "%KEY%" /v "%NAME%" /t %TYPE% /d "6103" /f || goto failed

echo Restart the service MSExchangeIS: net stop MSExchangeIS, net start MSExchangeIS.
echo Restart the service MSExchangeSA: net stop MSExchangeSA, net start MSExchangeSA.
echo Restart the service MSExchangeSA-NSPI: net stop MSExchangeSA-NSPI, net start MSExchangeSA-NSPI.
echo Done.
exit /b 0

:undone
set "LEFT="
for /f "tokens=5 delims=\" %%i in ('reg query "%SAVED%" 2^>nul') do set "LEFT=%%i"
if defined LEFT goto failed
reg delete "%SAVED%" /f >nul 2>&1
echo All registry values are as they were before the first run. Restart Windows.
exit /b 0

rem Keeps the old data of a value, once. With key or type in place the data is what it was before the first run.
:save
setlocal EnableDelayedExpansion
set "KEPT="
reg query "%SAVED%\%ID%" /v Key >nul 2>&1 && set "KEPT=yes"
reg query "%SAVED%\%ID%" /v Type >nul 2>&1 && set "KEPT=yes"
if not defined KEPT call :savedata || exit /b 1
reg add "%SAVED%\%ID%" /v Name /t REG_SZ /d "%NAME%" /f || exit /b 1
reg add "%SAVED%\%ID%" /v Key /t REG_SZ /d "%KEY%" /f || exit /b 1
reg add "%SAVED%\%ID%" /v Type /t REG_SZ /d "%TYPE%" /f || exit /b 1
exit /b 0

rem A value that is there and yet cannot be read, or is of another type, is a failure.
:savedata
set "DATA="
for /f "delims=" %%l in ('reg query "%KEY%" /v "%NAME%" 2^>nul ^| findstr %TYPE%') do set "DATA=%%l"
if not defined DATA reg query "%KEY%" /v "%NAME%" >nul 2>&1 && exit /b 1
if not defined DATA exit /b 0
set "DATA=!DATA:*%TYPE%=!"
set "TEXT="
for /f "tokens=*" %%v in ("!DATA!") do set "TEXT=%%v"
if not defined TEXT exit /b 1
rem Windows 2003 prints the end marks of a list, and cannot be given them back.
if "%TYPE%"=="REG_MULTI_SZ" if "!TEXT:~-2!"=="\0" set "TEXT=!TEXT:~0,-2!"
if "%TYPE%"=="REG_MULTI_SZ" if "!TEXT:~-2!"=="\0" set "TEXT=!TEXT:~0,-2!"
reg add "%SAVED%\%ID%" /v Data /t REG_SZ /d "!TEXT!" /f || exit /b 1
exit /b 0

:sweep
set "ID=%~1"
if not defined ID exit /b 0
if not defined UNDO findstr /l /i /x /c:"set ID=%ID%" "%SELF%" >nul && exit /b 0
echo back to the old value: %ID%
call :restore || exit /b 1
reg delete "%SAVED%\%ID%" /f || exit /b 1
exit /b 0

:restore
setlocal EnableDelayedExpansion
call :read Type || exit /b 1
call :read Key || exit /b 1
call :read Name || exit /b 1
call :read Data || exit /b 1
if not defined Type exit /b 0
if "!Type!"=="command" goto command
if defined Data reg add "!Key!" /v "!Name!" /t !Type! /d "!Data!" /f || exit /b 1
if defined Data exit /b 0
reg delete "!Key!" /v "!Name!" /f && exit /b 0
reg query "!Key!" /v "!Name!" >nul 2>&1 && exit /b 1
exit /b 0

:command
if /i "%ID%"=="DFSR" call :dfsr 0 || exit /b 1
if /i "%ID%"=="DFSR" echo DFSR takes a dynamic port now. If it had one of its own before the first run, set it by hand.
if /i "%ID%"=="winmgmt" winmgmt /sharedhost || exit /b 1
if /i "%ID%"=="winmgmt" echo WMI shares a process and a dynamic port now. If it had its own before the first run, winmgmt -standalonehost.
exit /b 0

:word
if "%~1"=="" exit /b 0
if /i "%~1"=="undo" set "UNDO=yes" & exit /b 0
if /i "%~1"=="/force-build" set "FORCEBUILD=yes" & exit /b 0
exit /b 1

rem The port of DFSR; 0 is dynamic. The service's own class does the same as the tool.
:dfsr
where dfsrdiag >nul 2>&1 || goto dfsrclass
dfsrdiag StaticRPC /port:%1 || exit /b 1
exit /b 0
:dfsrclass
powershell -NoProfile -NonInteractive -Command "$ErrorActionPreference = 'Stop'; Set-WmiInstance -Namespace root\MicrosoftDFS -Class DfsrMachineConfig -Arguments @{ RpcPortAssignment = %1 } | Out-Null" || exit /b 1
exit /b 0

:read
set "%1="
for /f "delims=" %%l in ('reg query "%SAVED%\%ID%" /v %1 2^>nul ^| findstr REG_SZ') do set "%1=%%l"
if not defined %1 reg query "%SAVED%\%ID%" /v %1 >nul 2>&1 && exit /b 1
if not defined %1 exit /b 0
set "%1=!%1:*REG_SZ=!"
for /f "tokens=*" %%v in ("!%1!") do set "%1=%%v"
exit /b 0

:stop
setlocal EnableDelayedExpansion
echo Nothing was changed. !STOP! 1>&2
exit /b 1

:failed
if defined MISSED echo The old value of %MISSED% could not be put back. 1>&2
echo A command failed. Settings before it are made; run this again, or rpc-ports.cmd undo. 1>&2
exit /b 1
