@echo off
rem web2: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    intranet
rem families ipv4, ipv6
rem rpc      dynamic
rem digest   sha256:c47363ccaaad735c7917a1a027ec85400fe6c6c92762cae48dc6bb937203ec0a
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

rem tcp 80, from admins, office
set WHY=HTTP: intranet (W3SVC)
set RULE=rolewall: tcp 80 [ddad9443] ssnsvid53zmsrvi5uxpfe3peci
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=80 program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 443, from admins, office
set WHY=HTTPS: intranet (W3SVC)
set RULE=rolewall: tcp 443 [12bbb9da] mkjwnei3grfugqilxxssvati2u
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=443 program=System remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 3389, from admins
set WHY=RDP: service (TermService)
set RULE=rolewall: tcp 3389 [d9d2e375] siu4j4y6mhc5b24dtrqnvomq2y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3389 program="%%SystemRoot%%\System32\svchost.exe" service=TermService remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp 5985, from admins
set WHY=WinRM: service (WinRM)
set RULE=rolewall: tcp 5985 [2cbc7af9] pi35abcip4ihgn3icvevyfgkem
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=5985 program=System remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp 7001-7004, from @intranet
set WHY=cache: intranet (PortalApi)
set RULE=rolewall: tcp 7001-7004 [6fdd5676] tibuaioxmms7ejy7nog2ubn5fa
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=7001-7004 remoteip=10.1.0.31,10.1.0.32,fd00:1::31,fd00:1::32 || goto failed

rem tcp 8443, from @intranet, admins, office
set WHY=HTTPS: intranet (PortalApi)
set RULE=rolewall: tcp 8443 [440e34d6] rxp2rqwsp7gr2sbiuiuupur6oy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=8443 program=System remoteip=10.1.0.31,10.1.0.32,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:1::31,fd00:1::32,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 8834, from scanner
set WHY=exception: vulnerability scanner, owner secops, until 2027-03-31
set RULE=rolewall: tcp 8834 [a739fa35] g2fm7stxhi6qq5pbgyhjvmgtf4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=8834 remoteip=10.3.9.9 || goto failed

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

