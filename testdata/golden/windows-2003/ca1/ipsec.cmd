@echo off
rem ca1: IPSec packet filter script, made by rolewall, do not edit
rem
rem os       windows-2003
rem roles    adcs-web, certificate-authority, member-baseline
rem families ipv4
rem rpc      range, dynamic endpoints on tcp 57901-57950
rem digest   sha256:64fe821b10c063dd3c4382cf41fb30969089c6acb1722178a73c38c29441e95a
rem
rem Let in on every host, beside the rules below:
rem   loopback
rem   IKE (udp 500), which the IPSec driver never filters
rem   what NoDefaultExempt exempts, which is inbound broadcasts and multicasts unless the host or the policy says
rem          otherwise
rem
rem Apply    ipsec.cmd, from an elevated prompt. The new policy is built beside the old one, assigned, and then
rem          the old one is deleted; a second run does the same and changes nothing in effect.
rem Undo     netsh ipsec static set policy name="rolewall N" assign=no, N as the script printed it: then the
rem          host is open. %SystemRoot%\rolewall has the policies from before the latest run (ipsec-before.ipsec), from
rem          before the first (ipsec-original.ipsec), and which one was assigned then (ipsec-original.txt).
rem Failure  the policy that was assigned before stays assigned, and the exit code is not 0.
rem
rem 108 filters let traffic through, one blocks all other. They act while the service PolicyAgent runs, not
rem before it starts. A policy from Group Policy takes the place of this one. Filters keep no state: each is
rem mirrored, so what may come in to a port may also go out from it.
rem The mirrors of the outbound permits let in, beside answers:
rem   everything from @domain-controller

setlocal EnableExtensions DisableDelayedExpansion
set "FOLDER=%SystemRoot%\rolewall"
set "BEFORE=%FOLDER%\ipsec-before.ipsec"
set "NEW=%FOLDER%\ipsec-new.ipsec"
set "ORIGINAL=%FOLDER%\ipsec-original.ipsec"
set "POLICIES=%FOLDER%\ipsec-original.txt"
set "LIST=%FOLDER%\ipsec-names.txt"
set "LOG=%FOLDER%\ipsec-build.txt"
set "DRIVER=HKLM\SYSTEM\CurrentControlSet\Services\IPSEC"
set "SAVED=HKLM\SOFTWARE\rolewall\ipsec"
cd /d "%SystemRoot%\System32"

rem ======== Checks. Up to the next line of equal signs nothing is changed.

set "STOP=This needs an elevated prompt."
reg query HKU\S-1-5-19 >nul 2>&1 || goto stop

set "STOP=Say ipsec.cmd; beside it /force-build, /force-pins."
for %%v in (FORCEBUILD FORCEPINS UNPINNED) do set "%%v="
if "%~1"=="/?" goto stop
call :word "%~1" || goto stop
call :word "%~2" || goto stop
if not "%~3"=="" goto stop
set "BUILD="
for /f "tokens=3" %%b in ('reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuildNumber ^| findstr REG_SZ') do set "BUILD=%%b"
if not defined BUILD set "BUILD=unknown"
set "STOP=This script was made for windows-2003 (build 3790), and this is build %BUILD%. Where the filters fit all the same, add /force-build."
if not defined FORCEBUILD if not "%BUILD%"=="3790" goto stop

set "STOP=The service PolicyAgent does not run, so filters would do nothing."
sc query PolicyAgent | findstr /c:": 4 " >nul || goto stop
reg query "HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec\GPTIPSECPolicy" /v DSIPSECPolicyPath >nul 2>&1 && echo WARNING: an IPSec policy from Group Policy is in force, this one will not be. 1>&2

set "STOP=The folder %FOLDER% cannot be made."
if not exist "%FOLDER%\" mkdir "%FOLDER%" || goto stop
if exist "%NEW%" del "%NEW%"
netsh ipsec static exportpolicy file="%NEW%" && move /y "%NEW%" "%BEFORE%" >nul || echo WARNING: no backup of the present policies could be made. 1>&2
if exist "%BEFORE%" if not exist "%ORIGINAL%" copy "%BEFORE%" "%ORIGINAL%" >nul
rem Which policy was assigned before the first run.
if not exist "%POLICIES%" netsh ipsec static show policy all >"%POLICIES%" 2>&1

rem Names of ours hold a generation, 1 to 9; the new policy takes one that no name holds yet.
set "STOP=All of rolewall 1 to rolewall 9 exist. Delete those that are not assigned."
call :names
set "GEN="
for %%g in (9 8 7 6 5 4 3 2 1) do call :free %%g
if not defined GEN goto stop

rem ======== The new policy, not assigned yet. What netsh prints is read, since its exit codes are not documented.

set "STOP=rolewall %GEN% cannot be added."
netsh ipsec static add policy name="rolewall %GEN%" description="rule set 64fe821b10c063dd3c4382cf41fb3096" activatedefaultrule=no assign=no >"%LOG%" 2>&1 || goto stop
findstr /i /r /c:"IPsec *\[[0-9]" "%LOG%" && goto stop
call :build >"%LOG%" 2>&1 || goto failed
findstr /i /r /c:"IPsec *\[[0-9]" "%LOG%" && goto failed

rem ======== The change: one command.

netsh ipsec static set policy name="rolewall %GEN%" assign=yes >"%LOG%" 2>&1 || goto unassigned
findstr /i /r /c:"IPsec *\[[0-9]" "%LOG%" && goto unassigned
echo rolewall %GEN% is assigned.

rem ======== Earlier generations, which nothing uses now.

rem A listing without the new policy is no listing: nothing could be told from it.
call :names
findstr /l /c:"rolewall %GEN%" "%LIST%" >nul || goto unlisted
for %%g in (1 2 3 4 5 6 7 8 9) do call :old %%g
call :names
findstr /l /c:"rolewall %GEN%" "%LIST%" >nul || goto unlisted
set "LEFT="
for %%g in (1 2 3 4 5 6 7 8 9) do call :left %%g
if defined LEFT goto leftover

rem An earlier script may have set what the driver lets through unfiltered: it goes back to what it was.
call :oldexempt || goto exempt
echo Done.
exit /b 0

:build
netsh ipsec static add filteraction name="rolewall %GEN% permit" action=permit || exit /b 1
netsh ipsec static add filteraction name="rolewall %GEN% block" action=block || exit /b 1

rem -------- What may come in.

set "FILTERS=rolewall %GEN% inbound"
netsh ipsec static add filterlist name="%FILTERS%" || exit /b 1

rem tcp 80, from admins, office
rem HTTP: adcs-web (W3SVC)
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.3.0.0 srcmask=255.255.255.0 dstaddr=me protocol=TCP srcport=0 dstport=80 description="tcp 80 [886ae184]" mirrored=yes || exit /b 1
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=TCP srcport=0 dstport=80 description="tcp 80 [886ae184]" mirrored=yes || exit /b 1

rem tcp 135, from admins, office
rem RPC: certificate-authority (CertSvc)
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.3.0.0 srcmask=255.255.255.0 dstaddr=me protocol=TCP srcport=0 dstport=135 description="tcp 135 [a0c4d804]" mirrored=yes || exit /b 1
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=TCP srcport=0 dstport=135 description="tcp 135 [a0c4d804]" mirrored=yes || exit /b 1

rem tcp 443, from admins, office
rem HTTPS: adcs-web (W3SVC)
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.3.0.0 srcmask=255.255.255.0 dstaddr=me protocol=TCP srcport=0 dstport=443 description="tcp 443 [ffbaa0bc]" mirrored=yes || exit /b 1
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=TCP srcport=0 dstport=443 description="tcp 443 [ffbaa0bc]" mirrored=yes || exit /b 1

rem tcp 3389, from admins
rem RDP: member-baseline (TermService)
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.3.0.0 srcmask=255.255.255.0 dstaddr=me protocol=TCP srcport=0 dstport=3389 description="tcp 3389 [9770d188]" mirrored=yes || exit /b 1

rem tcp 57901-57950, from admins, office
rem RPC: certificate-authority (CertSvc)
for /l %%p in (57901,1,57950) do netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.3.0.0 srcmask=255.255.255.0 dstaddr=me protocol=TCP srcport=0 dstport=%%p description="tcp 57901-57950 [384a0697]" mirrored=yes || exit /b 1
for /l %%p in (57901,1,57950) do netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=TCP srcport=0 dstport=%%p description="tcp 57901-57950 [384a0697]" mirrored=yes || exit /b 1

rem -------- What the host itself may begin.

set "FILTERS=rolewall %GEN% outbound"
netsh ipsec static add filterlist name="%FILTERS%" || exit /b 1

rem any, to @domain-controller
rem logon, replication and time
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=me dstaddr=10.1.0.10 dstmask=255.255.255.255 protocol=ANY description="any [2c2071cc]" mirrored=yes || exit /b 1

rem -------- Everything else, both ways. The most specific filter decides, so the order of lines does not matter.

set "FILTERS=rolewall %GEN% everything"
netsh ipsec static add filterlist name="%FILTERS%" || exit /b 1
netsh ipsec static add filter filterlist="%FILTERS%" srcaddr=any dstaddr=me protocol=ANY description="everything else" mirrored=yes || exit /b 1

rem -------- Rules: which filters are permitted, which blocked.

netsh ipsec static add rule name="inbound" policy="rolewall %GEN%" filterlist="rolewall %GEN% inbound" filteraction="rolewall %GEN% permit" kerberos=yes || exit /b 1
netsh ipsec static add rule name="outbound" policy="rolewall %GEN%" filterlist="rolewall %GEN% outbound" filteraction="rolewall %GEN% permit" kerberos=yes || exit /b 1
netsh ipsec static add rule name="everything else" policy="rolewall %GEN%" filterlist="rolewall %GEN% everything" filteraction="rolewall %GEN% block" kerberos=yes || exit /b 1
exit /b 0

:word
if "%~1"=="" exit /b 0
if /i "%~1"=="/force-build" set "FORCEBUILD=yes" & exit /b 0
if /i "%~1"=="/force-pins" set "FORCEPINS=yes" & exit /b 0
exit /b 1

:names
netsh ipsec static show policy all >"%LIST%" 2>&1
netsh ipsec static show filterlist all >>"%LIST%" 2>&1
netsh ipsec static show filteraction all >>"%LIST%" 2>&1
exit /b 0

:free
findstr /l /c:"rolewall %1" "%LIST%" >nul || set "GEN=%1"
exit /b 0

:old
if "%1"=="%GEN%" exit /b 0
findstr /l /c:"rolewall %1" "%LIST%" >nul && call :delete %1
exit /b 0

:left
if "%1"=="%GEN%" exit /b 0
findstr /l /c:"rolewall %1" "%LIST%" >nul && set "LEFT=%1"
exit /b 0

:delete
netsh ipsec static delete policy name="rolewall %1" >nul 2>&1
netsh ipsec static delete filterlist name="rolewall %1 inbound" >nul 2>&1
netsh ipsec static delete filterlist name="rolewall %1 outbound" >nul 2>&1
netsh ipsec static delete filterlist name="rolewall %1 everything" >nul 2>&1
netsh ipsec static delete filteraction name="rolewall %1 permit" >nul 2>&1
netsh ipsec static delete filteraction name="rolewall %1 block" >nul 2>&1
exit /b 0

:stop
echo Nothing was changed. %STOP% 1>&2
exit /b 1

:failed
type "%LOG%" 1>&2
echo A command failed. The half-built policy is deleted; what was assigned before stays so. 1>&2
call :delete %GEN%
exit /b 1

:unassigned
echo rolewall %GEN% could not be assigned. It is left as it is, in case it was; what was assigned before is there too. 1>&2
exit /b 1

:leftover
echo rolewall %GEN% is assigned, but rolewall %LEFT% could not be deleted; the next run tries again. 1>&2
exit /b 1
:unlisted
echo rolewall %GEN% is assigned, but the policies cannot be listed, so earlier ones are still there; run this again. 1>&2
exit /b 1

:oldexempt
set "OLD="
for /f "tokens=3" %%v in ('reg query "%SAVED%" /v NoDefaultExempt 2^>nul ^| findstr REG_SZ') do set "OLD=%%v"
if not defined OLD exit /b 0
if not "%OLD%"=="absent" reg add "%DRIVER%" /v NoDefaultExempt /t REG_DWORD /d %OLD% /f || exit /b 1
if "%OLD%"=="absent" call :noexempt || exit /b 1
reg delete "%SAVED%" /v NoDefaultExempt /f || exit /b 1
exit /b 0

:noexempt
reg query "%DRIVER%" /v NoDefaultExempt >nul 2>&1 || exit /b 0
reg delete "%DRIVER%" /v NoDefaultExempt /f || exit /b 1
exit /b 0

:exempt
echo rolewall %GEN% is assigned, but NoDefaultExempt could not be set. 1>&2
exit /b 1

