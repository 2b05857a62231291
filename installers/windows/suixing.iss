; Inno Setup 6.3 or later: iscc installers\windows\suixing.iss, after python make.py freeze on Windows.
; NOT RUN YET: written for Windows 10 and later, and so far read, not executed.
;
; For one person, without administrator rights:   suixing-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /CURRENTUSER
; For everybody on the computer, by IT:           suixing-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /ALLUSERS
; Log and folder:                                 /LOG="C:\logs\suixing.log" /DIR="D:\Suixing"
; Silently removed with:                          unins000.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART
;
; It cannot hang: no page, message or program waits for a person when silent, files in use are closed by the
; restart manager, and nothing asks for a restart. People's data is neither in this folder nor removed with it.

#define Root AddBackslash(SourcePath) + "..\.."
#ifndef Version
  #define Version "0.1.0"
#endif

[Setup]
AppId={{7C0A3F0E-5B0B-4B53-9C1D-6E5B1C2F9A41}
AppName=随行 Suixing
AppVersion={#Version}
AppPublisher=The Suixing authors
DefaultDirName={autopf}\Suixing
DefaultGroupName=随行 Suixing
DisableProgramGroupPage=yes
DisableDirPage=auto
LicenseFile={#Root}\LICENSE
InfoBeforeFile={#Root}\NOTICE
OutputDir={#Root}\dist
OutputBaseFilename=suixing-setup-{#Version}
SetupIconFile={#Root}\build\icons\suixing.ico
UninstallDisplayIcon={app}\suixing.exe
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=commandline dialog
CloseApplications=force
RestartApplications=no
AlwaysRestart=no
ChangesEnvironment=yes
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
; Inno Setup's Chinese translation is unofficial and not part of every installation of the compiler.
#if FileExists(AddBackslash(CompilerPath) + "Languages\ChineseSimplified.isl")
Name: "zh"; MessagesFile: "compiler:Languages\ChineseSimplified.isl"
#endif

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not stay beside those of the new one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\dist\suixing\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Root}\LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion
Source: "{#Root}\NOTICE"; DestDir: "{app}"; DestName: "NOTICE.txt"; Flags: ignoreversion
Source: "{#Root}\docs\admin.md"; DestDir: "{app}\docs"; Flags: ignoreversion

[Icons]
Name: "{group}\随行 Suixing"; Filename: "{app}\suixing.exe"
Name: "{autodesktop}\随行 Suixing"; Filename: "{app}\suixing.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\suixing.exe"; Description: "{cm:LaunchProgram,随行 Suixing}"; Flags: nowait postinstall skipifsilent
