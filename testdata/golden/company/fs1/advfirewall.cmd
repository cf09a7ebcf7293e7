@echo off
rem fs1: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    file-server, print-server
rem features netbios
rem families ipv4, ipv6
rem rpc      dynamic, dynamic endpoints on tcp 49152-65535
rem digest   sha256:9ca8b65dc122d2f14006e58287d9d49705fab36e09460e81ad37f12fa1636864
rem
rem Let in on every host, beside the rules below:
rem   answers to what the host itself began, and loopback: Windows Firewall does so by itself
rem
rem Apply    advfirewall.cmd, from an elevated prompt. A second run changes nothing.
rem Undo     netsh advfirewall import %SystemRoot%\rolewall\advfirewall-original.wfw
rem          or ...\advfirewall-before.wfw, which is the whole firewall policy before the latest run.
rem Failure  the policy from before the run comes back, and the exit code is not 0.
rem
rem Other owners' inbound rules stay as they are; they may let in more than the rules below.
rem Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.

setlocal EnableExtensions DisableDelayedExpansion
set "SELF=%~f0"
set "FOLDER=%SystemRoot%\rolewall"
set "BEFORE=%FOLDER%\advfirewall-before.wfw"
set "ORIGINAL=%FOLDER%\advfirewall-original.wfw"
set "LIST=%FOLDER%\advfirewall-rules.txt"
set "OURS=%FOLDER%\advfirewall-ours.txt"
cd /d "%SystemRoot%\System32"

rem ======== Checks. Up to the next line of equal signs nothing is changed.

set "STOP=This needs an elevated prompt."
reg query HKU\S-1-5-19 >nul 2>&1 || goto stop

rem The script looks for names in itself: by the wrong name, or with line ends of Unix, it would find none.
set "STOP=The script cannot read itself as %SELF%. Call it by its full name with .cmd, and keep its line ends (CR LF)."
findstr /l /x /c:"rem This line is how the script knows itself." "%SELF%" >nul || goto stop
rem This line is how the script knows itself.

set "STOP=This script was made for windows-2022."
set "BUILD="
for /f "tokens=3" %%b in ('reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuildNumber ^| findstr REG_SZ') do set "BUILD=%%b"
if not "%BUILD%"=="20348" goto stop

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
set "STOP=netsh lists no firewall rule."
netsh advfirewall firewall show rule name=all >"%LIST%" || goto stop
set "STOP=The firewall policy cannot be saved to %BEFORE%."
if exist "%BEFORE%" del "%BEFORE%"
if exist "%BEFORE%" goto stop
netsh advfirewall export "%BEFORE%" || goto stop
if not exist "%BEFORE%" goto stop
if not exist "%ORIGINAL%" copy "%BEFORE%" "%ORIGINAL%" >nul || goto stop

rem ======== Rules. One that is there under its name is left alone, so no open port is ever shut.

rem icmp 8, from admins, office
set WHY=Echo: file-server (lanmanserver), print-server (lanmanserver)
set RULE=rolewall: icmp 8 [75cbce13] v3uz3mknd2a4unfiakvtflcv7y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:8,any program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24 || goto failed

rem tcp 135, from admins, office
set WHY=RPC: print-server (Spooler)
set RULE=rolewall: tcp 135 [c13092e6] zptbkc5ysufyor5d4rv2tl2rbq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=135 program="%%SystemRoot%%\System32\svchost.exe" service=RpcSs remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 139, from admins, office
set WHY=NetBIOS sessions: file-server (lanmanserver), print-server (Spooler, lanmanserver)
set RULE=rolewall: tcp 139 [ea1fa9c2] blavjnh7idtncbd7khngfj2biy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=139 program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 445, from admins, office
set WHY=SMB: file-server (lanmanserver), print-server (Spooler, lanmanserver)
set RULE=rolewall: tcp 445 [dea51832] r7izugt67fnfyf4amq4ydumfqa
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=445 program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 3389, from admins
set WHY=RDP: service (TermService)
set RULE=rolewall: tcp 3389 [d9d2e375] siu4j4y6mhc5b24dtrqnvomq2y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3389 program="%%SystemRoot%%\System32\svchost.exe" service=TermService remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp 5985, from admins
set WHY=WinRM: service (WinRM)
set RULE=rolewall: tcp 5985 [2cbc7af9] pi35abcip4ihgn3icvevyfgkem
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=5985 program=System remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp RPC Spooler, from admins, office
set WHY=RPC: print-server (Spooler)
set RULE=rolewall: tcp RPC Spooler [49566094] rjustwd6c5khxf3vrwngv7weuy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=RPC program="%%SystemRoot%%\System32\spoolsv.exe" service=Spooler remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 137, from admins, office
set WHY=NetBIOS names: file-server (lanmanserver), print-server (Spooler, lanmanserver)
set RULE=rolewall: udp 137 [67af603f] fyx33uxbllcsf3z44gwh3scowy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=137 program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 138, from admins, office
set WHY=NetBIOS datagrams: file-server (lanmanserver), print-server (Spooler, lanmanserver)
set RULE=rolewall: udp 138 [1aafd142] 6lhzz3lwbmjlwxzzbhepxzuiom
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=138 program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem icmpv6 128, from admins, office
set WHY=Echo: file-server (lanmanserver), print-server (lanmanserver)
set RULE=rolewall: icmpv6 128 [8b654534] az654m3sthdwiypxdso5gt2tja
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:128,any program=System remoteip=fd00:3::/64,fd00:20::/48 || goto failed

rem ======== Everything else.

rem Rules of ours that this script does not name. Names are found by their shape, in whatever language netsh speaks.
netsh advfirewall firewall show rule name=all >"%LIST%" || goto failed
findstr /l /c:"rolewall: " "%LIST%" >"%OURS%"
if errorlevel 2 goto failed
for /f "usebackq delims=" %%l in ("%OURS%") do set "LINE=%%l" & call :sweep || goto failed

rem The firewall goes on when all rules are in place, and shuts what no rule names as the last thing.
netsh advfirewall set allprofiles state on || goto failed
netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound || goto failed
echo Done.
exit /b 0

:present
findstr /l /c:"%RULE%" "%LIST%" >nul && exit /b 0
echo add  %RULE%
exit /b 1

:sweep
setlocal EnableDelayedExpansion
set "NAME=!LINE:*rolewall: =rolewall: !"
:trim
if "!NAME:~-1!"==" " set "NAME=!NAME:~0,-1!" & goto trim
findstr /l /x /c:"set RULE=!NAME!" "!SELF!" >nul && exit /b 0
if errorlevel 2 exit /b 1
echo drop !NAME!
netsh advfirewall firewall delete rule name="!NAME!" && exit /b 0
rem Gone already, when two rules had the name.
netsh advfirewall firewall show rule name="!NAME!" >nul || exit /b 0
exit /b 1

:blocked
reg query "HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\%1" /v DefaultOutboundAction 2>nul | findstr /c:"0x1" >nul && exit /b 0
exit /b 1

:warn
reg query "HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\%1" /v %2 2>nul | findstr /c:"%3" >nul && echo WARNING: by Group Policy (%1) %~4. 1>&2
exit /b 0

:stop
echo Nothing was changed. %STOP% 1>&2
exit /b 1

:failed
echo A command failed. The firewall policy from before the run comes back. 1>&2
netsh advfirewall import "%BEFORE%" && exit /b 1
echo It could not be put back. Do it by hand: netsh advfirewall import "%BEFORE%" 1>&2
exit /b 2

