@echo off
rem dc2: Windows Firewall script, made by rolewall, do not edit
rem
rem os       windows-2022
rem roles    dhcp-server, dns-server, domain-controller
rem families ipv4, ipv6
rem rpc      dynamic, dynamic endpoints on tcp 49152-65535
rem digest   sha256:b93376a228de32a1e687ac656160b07dbad341e19c7e816ef0916fec801ad4f1
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

rem icmp 8, from @domain-controller, admins, branch, office
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmp 8 [ff8efdff] 3iaz7bces3jxw5sdvednonhdtq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv4:8,any program=System remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16 || goto failed

rem tcp 53, from @dns-server, admins, office
set WHY=DNS: dns-server (DNS)
set RULE=rolewall: tcp 53 [c168e246] eimau5xbv2hl27hf3s7wqb7i3m
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=53 program="%%SystemRoot%%\System32\dns.exe" service=DNS remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 88, from @domain-controller, admins, branch, office
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: tcp 88 [5d407286] 5on27xjpdlm56ovvrnewfhmi6y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 135, from @domain-controller, admins, branch, office
set WHY=RPC: domain-controller (DFSR, LSASS, Netlogon, RpcSs)
set RULE=rolewall: tcp 135 [254e4d5a] i6uj2hqwtkcphedoeiqd2pj65e
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=135 program="%%SystemRoot%%\System32\svchost.exe" service=RpcSs remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 389, from @domain-controller, admins, branch, office
set WHY=LDAP: domain-controller (LSASS)
set RULE=rolewall: tcp 389 [5726c787] xsvip6p3hi4bctx6frcj44wpou
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 445, from @domain-controller, admins, branch, office
set WHY=SMB: domain-controller (Dfs, LSASS, Netlogon, lanmanserver)
set RULE=rolewall: tcp 445 [22007441] tloegs7hi5yg7tcdo7ejgqolbe
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=445 program=System remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 464, from @domain-controller, admins, branch, office
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: tcp 464 [2abf28c5] qopbvr3gw6v23yrfmkxwiyubsq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 636, from @domain-controller, admins, branch, office
set WHY=LDAP over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 636 [15daf1ce] mw72y7nnt6pvbrgt5eviibec5u
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=636 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 3268, from @domain-controller, admins, branch, office
set WHY=Global catalog: domain-controller (LSASS)
set RULE=rolewall: tcp 3268 [076a6a65] ljvgollmxmabg3547osmfwwhkq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3268 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 3269, from @domain-controller, admins, branch, office
set WHY=Global catalog over TLS: domain-controller (LSASS)
set RULE=rolewall: tcp 3269 [674c31b4] lbpltzawxn37b7bpgjd4rkquna
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3269 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem tcp 3389, from admins
set WHY=RDP: service (TermService)
set RULE=rolewall: tcp 3389 [d9d2e375] siu4j4y6mhc5b24dtrqnvomq2y
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=3389 program="%%SystemRoot%%\System32\svchost.exe" service=TermService remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp 5985, from admins
set WHY=WinRM: service (WinRM)
set RULE=rolewall: tcp 5985 [2cbc7af9] pi35abcip4ihgn3icvevyfgkem
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=5985 program=System remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp 9389, from admins
set WHY=Active Directory Web Services: domain-controller (LSASS)
set RULE=rolewall: tcp 9389 [815caa3e] eppv32kginp2lqyvj7cx25vp7i
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=9389 program="%%SystemRoot%%\ADWS\Microsoft.ActiveDirectory.WebServices.exe" service=adws remoteip=10.3.0.0/24,fd00:3::/64 || goto failed

rem tcp RPC DFSR, from @domain-controller
set WHY=RPC: domain-controller (DFSR)
set RULE=rolewall: tcp RPC DFSR [6e871322] uqeacpkgzebtub2nnkwhjvl24m
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=RPC program="%%SystemRoot%%\System32\dfsrs.exe" service=DFSR remoteip=10.1.0.10/31,fd00:1::10/127 || goto failed

rem tcp RPC lsass.exe, from @domain-controller, admins, branch, office
set WHY=RPC: domain-controller (LSASS, Netlogon)
set RULE=rolewall: tcp RPC lsass.exe [3f879630] rpdk54ia734wrczhjgdd46rygq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=TCP localport=RPC program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 53, from @dns-server, admins, office
set WHY=DNS: dns-server (DNS)
set RULE=rolewall: udp 53 [71879826] qijqhm2ody7mgzkneloqskvfem
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=53 program="%%SystemRoot%%\System32\dns.exe" service=DNS remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 67, from any
set WHY=DHCP: dhcp-server (DHCPServer)
set RULE=rolewall: udp 67 [92521536] t2cpoephjtmg6jtuyanyunkyy4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=67 program="%%SystemRoot%%\System32\svchost.exe" service=DHCPServer || goto failed

rem udp 88, from @domain-controller, admins, branch, office
set WHY=Kerberos: domain-controller (kdc)
set RULE=rolewall: udp 88 [4159537c] hvdpimmwupsyqhbsezj75gxdbq
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=88 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 123, from @domain-controller, admins, branch, office
set WHY=NTP: domain-controller (W32Time)
set RULE=rolewall: udp 123 [82a304af] gf5dryyqulluro755ftt2pnxjy
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=123 program="%%SystemRoot%%\System32\svchost.exe" service=W32Time remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 389, from @domain-controller, admins, branch, office
set WHY=LDAP, DC locator: domain-controller (LSASS, Netlogon, kdc)
set RULE=rolewall: udp 389 [a977ba92] kadwbumqsluktxuomz7fv3n4n4
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=389 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 464, from @domain-controller, admins, branch, office
set WHY=Kerberos password change: domain-controller (kdc)
set RULE=rolewall: udp 464 [ec92b33f] 4wuhkx4niovaidmqwur5lwwyfa
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=464 program="%%SystemRoot%%\System32\lsass.exe" remoteip=10.1.0.10/31,10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,10.30.0.0/16,fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

rem udp 547, from admins, link-local, office
set WHY=DHCPv6: dhcp-server (DHCPServer)
set RULE=rolewall: udp 547 [fb2b74f6] ya4s32u5p65vy23uv5zdys2niu
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=UDP localport=547 program="%%SystemRoot%%\System32\svchost.exe" service=DHCPServer remoteip=10.3.0.0/24,10.20.0.0/16,10.21.0.0/24,169.254.0.0/16,fd00:3::/64,fd00:20::/48,fe80::/10 || goto failed

rem icmpv6 128, from @domain-controller, admins, office
set WHY=Echo: domain-controller (LSASS, lanmanserver)
set RULE=rolewall: icmpv6 128 [d38558bc] gplejr6mdv5tg5hcns2hjsya6q
call :present || netsh advfirewall firewall add rule name="%RULE%" description="%WHY%" dir=in action=allow protocol=icmpv6:128,any program=System remoteip=fd00:1::10/127,fd00:3::/64,fd00:20::/48 || goto failed

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

