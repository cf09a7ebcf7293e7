@echo off
rem dynamic: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    domain-controller, member-baseline
rem families ipv4, ipv6
rem rpc      dynamic, dynamic endpoints on tcp 49152-65535
rem digest   sha256:72d9d0cc8d6ba57fece75bb5c7cd3ea0fcf80b6312fcaedb08c320c12b5b34d5
rem
rem Let in on every host, beside the rules below:
rem   answers to what the host itself began, and loopback: Windows Firewall does so by itself
rem
rem Apply    advfirewall.cmd, from an elevated prompt. A second run changes nothing.
rem Look     advfirewall.cmd check lists what would change, and changes nothing.
rem Try      advfirewall.cmd apply 5: within five minutes the policy from before comes back, unless advfirewall.cmd confirm
rem          is called from a new session.
rem Undo     netsh advfirewall import %SystemRoot%\rolewall\advfirewall-original.wfw
rem          or ...\advfirewall-before.wfw, which is the whole firewall policy before the latest run.
rem Failure  the policy from before the run comes back.
rem Codes    0 done; 1 nothing changed, or all is as before; 2 the policy from before could not be put back;
rem          3 set, but Group Policy keeps the rules from holding; 4 check found what would change.
rem
rem Other owners' inbound rules stay as they are; they may let in more than the rules below.
rem Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.

setlocal EnableExtensions DisableDelayedExpansion
set "SELF=%~f0"
set "FOLDER=%SystemRoot%\rolewall"
set "BEFORE=%FOLDER%\advfirewall-before.wfw"
set "NEW=%FOLDER%\advfirewall-new.wfw"
set "ORIGINAL=%FOLDER%\advfirewall-original.wfw"
set "LIST=%FOLDER%\advfirewall-rules.txt"
set "OURS=%FOLDER%\advfirewall-ours.txt"
set "UNDO=%FOLDER%\advfirewall-undo.cmd"
set "ARMED=%FOLDER%\advfirewall-armed.txt"
set "FIRED=%FOLDER%\advfirewall-fired.txt"
set "CONFIRMED=%FOLDER%\advfirewall-confirmed.txt"
set "TASK=rolewall-advfirewall-undo"
set "LOCAL=HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
set "GROUP=HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall"
cd /d "%SystemRoot%\System32"

rem ======== Checks. Up to the next line of equal signs nothing is changed.

set "STOP=Say advfirewall.cmd, or advfirewall.cmd with one of: check, apply, apply MINUTES (1 to 120), confirm. The header says more."
for %%v in (MODE MINUTES VALID LOOK FORCEBUILD FORCEPINS SAME IGNORED UNPINNED CHANGES CAME ASLEEP BROKEN FOUND SESSION) do set "%%v="
if "%~1"=="/?" goto stop
if not "%~5"=="" goto stop
call :word "%~1" || goto stop
call :word "%~2" || goto stop
call :word "%~3" || goto stop
call :word "%~4" || goto stop
if defined MINUTES for /l %%n in (1,1,120) do if "%MINUTES%"=="%%n" set "VALID=yes"
if defined MINUTES if not defined VALID goto stop
if not defined MODE set "MODE=apply"
if not "%MODE%"=="apply" set "LOOK=yes"
if defined LOOK set "LIST=%FOLDER%\advfirewall-%MODE%-rules.txt"
if defined LOOK set "OURS=%FOLDER%\advfirewall-%MODE%-ours.txt"

set "STOP=This needs an elevated prompt."
reg query HKU\S-1-5-19 >nul 2>&1 || goto stop

rem The script looks for names in itself: by the wrong name, or with line ends of Unix, it would find none.
set "STOP=The script cannot read itself as %SELF%. Call it by its full name with .cmd, and keep its line ends (CR LF)."
findstr /l /x /c:"rem This line is how the script knows itself." "%SELF%" >nul || goto stop
rem This line is how the script knows itself.

set "BUILD="
for /f "tokens=3" %%b in ('reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuildNumber ^| findstr REG_SZ') do set "BUILD=%%b"
if not defined BUILD set "BUILD=unknown"
set "STOP=This script was made for windows-2022 (build 20348), and this is build %BUILD%. Where the rules fit all the same, add /force-build."
if not defined FORCEBUILD if not "%BUILD%"=="20348" goto stop

set "STOP=The service MpsSvc (Windows Firewall) does not run."
sc query MpsSvc | findstr /c:": 4 " >nul || goto stop

rem Asked twice, of netsh and of the registry: the words of the first might be translated.
set "STOP=Outbound connections are blocked here, and the policy does not say whether they stay so: [advfirewall] outbound."
netsh advfirewall show allprofiles firewallpolicy | findstr /i /c:"BlockOutbound" >nul && goto stop
for %%p in (DomainProfile StandardProfile PublicProfile) do call :blocked %%p && goto stop

for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p AllowLocalPolicyMerge 0x0 "local rules are ignored, this script's too"
for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p EnableFirewall 0x0 "the firewall is off"
for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p DefaultInboundAction 0x0 "what no rule names is let in"
for %%p in (DomainProfile PrivateProfile StandardProfile PublicProfile) do call :warn %%p DoNotAllowExceptions 0x1 "all rules that let something in are ignored, this script's too"

set "STOP=The folder %FOLDER% cannot be made."
if not exist "%FOLDER%\" mkdir "%FOLDER%" || goto stop

set "STOP=The firewall rules cannot be listed."
call :list || goto stop
if defined LOOK goto rules

set "STOP=Rules that were applied before wait for advfirewall.cmd confirm, or go back. Where the scheduled task %TASK% is gone, delete %ARMED% and %FIRED%."
if exist "%ARMED%" goto stop
if exist "%FIRED%" goto stop
set "STOP=The firewall policy cannot be saved to %BEFORE%."
if exist "%NEW%" del "%NEW%"
if exist "%NEW%" goto stop
netsh advfirewall export "%NEW%" || goto stop
if not exist "%NEW%" goto stop
rem The backup of the run before stays until the new one is whole.
move /y "%NEW%" "%BEFORE%" >nul || goto stop
if not exist "%ORIGINAL%" copy "%BEFORE%" "%ORIGINAL%" >nul || goto stop
if not defined MINUTES goto rules

rem The way back: a file that brings the policy back where it finds the mark, and a scheduled task that calls it every few
rem minutes. Whoever moves the mark first wins: the task, or confirm.
set "STOP=There is a scheduled task %TASK% that is not rolewall's. Delete it."
schtasks /query /tn "%TASK%" /v /fo list >"%OURS%" 2>nul && set "FOUND=yes"
if defined FOUND findstr /l /i /c:"advfirewall-undo.cmd" "%OURS%" >nul || goto stop
set "STOP=The way back cannot be armed: the scheduled task %TASK% with the file %UNDO%."
if defined FOUND schtasks /delete /tn "%TASK%" /f || goto stop
call :writeundo
findstr /l /x /c:"rem This is all." "%UNDO%" >nul || goto stop
schtasks /create /tn "%TASK%" /ru SYSTEM /sc minute /mo %MINUTES% /tr "%UNDO%" <nul || goto stop
call :session
echo rule set 72d9d0cc8d6ba57fece75bb5c7cd3ea0 waits>"%ARMED%"
echo session %SESSION% applied>>"%ARMED%"
findstr /l /x /c:"rule set 72d9d0cc8d6ba57fece75bb5c7cd3ea0 waits" "%ARMED%" >nul || goto unarmed
schtasks /query /tn "%TASK%" >nul || goto unarmed

:rules
rem ======== Rules. One that is there under its name is left alone, so no open port is ever shut.

rem icmp 8, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmp 8 [56e5ef0e] tab3ivo57w76pyvojjd5lr54su
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:8,any program=System remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 88, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: tcp 88 [e441a902] lyhvkc4qrsxxk764apjdj6ix7a
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 135, from 10.20.0.0/16, 10.3.0.0/24
set WHY=RPC: domain-controller (LSASS, Netlogon, RpcSs)
set RULE=rolewall: tcp 135 [a0c4d804] 2slxudycy7tuxqrsn6uez3khci
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=135 program="%%SystemRoot%%\System32\svchost.exe" service=RpcSs remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 389, from 10.20.0.0/16, 10.3.0.0/24
set WHY=LDAP: domain-controller (LSASS)
set RULE=rolewall: tcp 389 [e19c82d3] bzxhmxnaacpvczopmonly3jpsm
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 445, from 10.20.0.0/16, 10.3.0.0/24
set WHY=SMB: domain-controller (Dfs, LSASS, Netlogon, lanmanserver)
set RULE=rolewall: tcp 445 [a26def93] bqakfe42qiyn7scczawvcb7j6q
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=445 program=System remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 464, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: tcp 464 [5fe8108b] 2jzqg4jswg3ykwebptqrbphzqu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 636, from 10.20.0.0/16, 10.3.0.0/24
set WHY=LDAP over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 636 [703aeeaa] at2s2nf5ra7dxcvapvk4oxcqyq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=636 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 3268, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Global catalog: domain-controller (LSASS)
set RULE=rolewall: tcp 3268 [1f51937f] omr7ae2cdg3cb6bqtxjn2xhjhy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3268 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 3269, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Global catalog over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 3269 [2ad2bbd7] dagljzbpdhrp53krzdqi67jh3i
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3269 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem tcp 3389, from 10.3.0.0/24
set WHY=RDP: member-baseline (TermService)
set RULE=rolewall: tcp 3389 [3533e007] xwwpvljdxdtnqlrgitfvbc3bmq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3389 program="%%SystemRoot%%\System32\svchost.exe" service=TermService remoteip=10.3.0.0/24 || goto failed

rem tcp 9389, from 10.3.0.0/24
set WHY=Active Directory Web Services: domain-controller (LSASS)
set RULE=rolewall: tcp 9389 [4b4baaab] izw56pgu6sora7n3gl4lxe4x5a
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=9389 program="%%SystemRoot%%\ADWS\Microsoft.ActiveDirectory.WebServices.exe" service=adws remoteip=10.3.0.0/24 || goto failed

rem tcp RPC lsass.exe, from 10.20.0.0/16, 10.3.0.0/24
set WHY=RPC: domain-controller (LSASS, Netlogon)
set RULE=rolewall: tcp RPC lsass.exe [7b06632b] 43uxhvmgexir6nn4ercsh4kuz4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=RPC program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 88, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: udp 88 [5c8147e7] mh2cyrm4ry6vzcaxndm2n2eibe
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 123, from 10.20.0.0/16, 10.3.0.0/24
set WHY=NTP: domain-controller (W32Time)
set RULE=rolewall: udp 123 [24931bcf] 3vqnickd6wfphbleyf3pb56haq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=123 program="%%SystemRoot%%\System32\svchost.exe" service=W32Time remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 389, from 10.20.0.0/16, 10.3.0.0/24
set WHY=LDAP, DC locator: domain-controller (LSASS, Netlogon, kdc)
set RULE=rolewall: udp 389 [0061b245] rlnrbr6v7qekthk4ck37uvuxhu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem udp 464, from 10.20.0.0/16, 10.3.0.0/24
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: udp 464 [8e90ae3c] 7fjrr2vzkvdpm7nrposfgdre2q
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.3.0.0/24,10.20.0.0/16 || goto failed

rem ======== Everything else.

rem Rules of ours that this script does not name. Names are found by their shape, in whatever language netsh speaks.
if not defined LOOK call :list || goto failed
findstr /l /c:"rolewall: " "%LIST%" >"%OURS%"
if errorlevel 2 goto failed
for /f "usebackq delims=" %%l in ("%OURS%") do set "LINE=%%l" & call :sweep || goto failed
if defined LOOK goto look

rem The firewall goes on when all rules are in place, and shuts what no rule names as the last thing.
netsh advfirewall set allprofiles state on || goto failed
netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound || goto failed
if not defined MINUTES goto done
if not exist "%ARMED%" goto failed
echo complete>>"%ARMED%"
echo The rules are set. In at most %MINUTES% minutes the policy from before comes back, unless advfirewall.cmd confirm is called from a new session.
:done
if defined IGNORED goto ignored
echo Done.
exit /b 0

:look
for %%p in (DomainProfile StandardProfile PublicProfile) do call :profile %%p || goto failed
call :asleep || goto failed
if defined BROKEN goto failed
if "%MODE%"=="confirm" goto confirm
if not defined CHANGES if defined IGNORED goto ignored
if not defined CHANGES echo Nothing would change.
if not defined CHANGES exit /b 0
echo This would change. Nothing was changed.
exit /b 4

:confirm
set "STOP=Not confirmed: no rules wait for it."
if exist "%FIRED%" set "STOP=Not confirmed: the policy from before is coming back."
if not exist "%ARMED%" goto refused
set "STOP=Not confirmed: the rules that wait are those of another script, or not complete."
findstr /l /x /c:"rule set 72d9d0cc8d6ba57fece75bb5c7cd3ea0 waits" "%ARMED%" >nul || goto refused
findstr /l /x /c:"complete" "%ARMED%" >nul || goto refused
set "STOP=Not confirmed: what is listed above is not in force."
if defined CHANGES goto refused
if defined ASLEEP goto refused
set "STOP=Not confirmed: Group Policy keeps the rules from holding."
if defined IGNORED goto refused
call :session
if not defined SESSION echo Whether this is a new session cannot be told. 1>&2
set "STOP=Not confirmed: this is the session that applied the rules. Open a new one; where Remote Desktop gives the old one back, add /same-session."
if defined SESSION if not defined SAME call :newsession || goto refused
set "STOP=Not confirmed: the policy from before is coming back."
move /y "%ARMED%" "%CONFIRMED%" >nul || goto refused
schtasks /delete /tn "%TASK%" /f || echo The scheduled task %TASK% is still there. It finds nothing to bring back, and deletes itself. 1>&2
del "%CONFIRMED%"
echo Confirmed.
exit /b 0

:word
if "%~1"=="" exit /b 0
if /i "%~1"=="/force-build" set "FORCEBUILD=yes" & exit /b 0
if /i "%~1"=="/force-pins" set "FORCEPINS=yes" & exit /b 0
if /i "%~1"=="/same-session" set "SAME=yes" & exit /b 0
if "%MODE%"=="apply" if not defined MINUTES set "MINUTES=%~1" & exit /b 0
if defined MODE exit /b 1
for %%m in (check apply confirm) do if /i "%~1"=="%%m" set "MODE=%%m"
if defined MODE exit /b 0
exit /b 1

rem No rule at all is as much an error to netsh as a failure is. The registry tells them apart.
:list
netsh advfirewall firewall show rule name=all >"%LIST%" && exit /b 0
reg query "%LOCAL%\FirewallRules" >"%OURS%" || exit /b 1
findstr /l /c:"REG_SZ" "%OURS%" >nul && exit /b 1
if errorlevel 2 exit /b 1
exit /b 0

:present
findstr /l /c:"%RULE%" "%LIST%" >nul && exit /b 0
if errorlevel 2 set "BROKEN=yes"
echo add  %RULE%
set "CHANGES=yes"
if defined LOOK exit /b 0
exit /b 1

:sweep
setlocal EnableDelayedExpansion
set "NAME=!LINE:*rolewall: =rolewall: !"
:trim
if "!NAME:~-1!"==" " set "NAME=!NAME:~0,-1!" & goto trim
findstr /l /x /c:"set RULE=!NAME!" "!SELF!" >nul && exit /b 0
if errorlevel 2 exit /b 1
echo drop !NAME!
if defined LOOK endlocal & set "CHANGES=yes" & exit /b 0
netsh advfirewall firewall delete rule name="!NAME!" && exit /b 0
rem Gone already, when two rules had the name.
netsh advfirewall firewall show rule name="!NAME!" >nul || exit /b 0
exit /b 1

rem Rules of ours that somebody switched off. A run leaves them so, and netsh names that state in its own language.
:asleep
reg query "%LOCAL%\FirewallRules" >"%OURS%" || exit /b 1
findstr /l /c:"|Name=rolewall: " "%OURS%" >"%LIST%"
if errorlevel 2 exit /b 1
findstr /l /c:"|Active=FALSE|" "%LIST%" >"%OURS%"
if errorlevel 2 exit /b 1
for /f "usebackq delims=" %%l in ("%OURS%") do set "LINE=%%l" & call :sleeper
exit /b 0

:sleeper
setlocal EnableDelayedExpansion
set "NAME=!LINE:*rolewall: =rolewall: !"
for /f "delims=|" %%n in ("!NAME!") do echo left switched off: %%n
endlocal & set "ASLEEP=yes"
exit /b 0

rem What the registry says of a profile. A value that is not there is the default of Windows.
:profile
reg query "%LOCAL%\%1" >"%OURS%" || exit /b 1
call :holds " EnableFirewall  *REG_DWORD  *0x1" || call :change "%1: the firewall goes on"
call :holds " DefaultInboundAction  *REG_DWORD  *0x0" && call :change "%1: what no rule names is blocked"
call :holds " DoNotAllowExceptions  *REG_DWORD  *0x1" && call :change "%1: rules that let something in hold again"
call :holds " DefaultOutboundAction  *REG_DWORD  *0x1" && call :change "%1: outbound is allowed"
exit /b 0

:holds
findstr /r /c:"%~1" "%OURS%" >nul && exit /b 0
if errorlevel 2 set "BROKEN=yes"
exit /b 1

:change
echo set  %~1
set "CHANGES=yes"
exit /b 0

:writeundo
echo @echo off>"%UNDO%"
echo rem Brings back the firewall policy from before advfirewall.cmd apply, where that was not confirmed. A scheduled task calls it.>>"%UNDO%"
echo move /y "%%~dp0advfirewall-armed.txt" "%%~dp0advfirewall-fired.txt" ^>nul 2^>^&1 >>"%UNDO%"
echo if exist "%%~dp0advfirewall-fired.txt" goto back>>"%UNDO%"
echo if exist "%%~dp0advfirewall-armed.txt" exit /b 1 >>"%UNDO%"
echo goto end>>"%UNDO%"
echo :back>>"%UNDO%"
echo netsh advfirewall import "%%~dp0advfirewall-before.wfw" ^|^| exit /b 1 >>"%UNDO%"
echo del "%%~dp0advfirewall-fired.txt">>"%UNDO%"
echo :end>>"%UNDO%"
echo schtasks /delete /tn "%TASK%" /f>>"%UNDO%"
echo rem This is all.>>"%UNDO%"
exit /b 0

rem The logon that this runs in. The system account has none.
:session
for /f %%s in ('whoami /logonid 2^>nul') do set "SESSION=%%s"
exit /b 0

:newsession
findstr /l /x /c:"session %SESSION% applied" "%ARMED%" >nul && exit /b 1
if errorlevel 2 exit /b 1
exit /b 0

:blocked
reg query "%LOCAL%\%1" /v DefaultOutboundAction 2>nul | findstr /c:"0x1" >nul && exit /b 0
exit /b 1

:warn
reg query "%GROUP%\%1" /v %2 2>nul | findstr /c:"%3" >nul || exit /b 0
echo WARNING: by Group Policy (%1) %~4. 1>&2
set "IGNORED=yes"
exit /b 0

:ignored
echo By Group Policy the rules do not hold, or not alone: see the warnings. 1>&2
exit /b 3

:unarmed
if exist "%ARMED%" del "%ARMED%"
schtasks /delete /tn "%TASK%" /f
:stop
setlocal EnableDelayedExpansion
echo Nothing was changed. !STOP! 1>&2
exit /b 1

:refused
setlocal EnableDelayedExpansion
echo !STOP! 1>&2
exit /b 1

:failed
if defined LOOK echo A command failed, so that nothing can be said. Nothing was changed. 1>&2
if defined LOOK exit /b 1
echo A command failed. The firewall policy from before the run comes back. 1>&2
netsh advfirewall import "%BEFORE%" || goto unrestored
if not defined MINUTES exit /b 1
if exist "%ARMED%" del "%ARMED%"
if exist "%FIRED%" del "%FIRED%"
schtasks /delete /tn "%TASK%" /f
exit /b 1

:unrestored
if defined MINUTES echo The scheduled task %TASK% tries again. 1>&2
echo It could not be put back. Do it by hand: netsh advfirewall import "%BEFORE%" 1>&2
exit /b 2

