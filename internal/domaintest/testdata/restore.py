"""restore.py CONF EXTENSION REGISTRY.POL FOLDER: registers the extension with the client, and writes the object in the form of
samba-tool gpo restore."""
import os
import sys

from samba.gp.gpclass import register_gp_extension
from samba.gp_parse.gp_pol import GPPolParser

conf, extension, pol, folder = sys.argv[1:]
register_gp_extension('{6A1B0C2E-7D3F-4C55-9B0E-1F2A3B4C5D6E}', 'gp_firewall', extension, smb_conf=conf, machine=True, user=False)
os.makedirs(os.path.join(folder, 'Machine'))
parser = GPPolParser()
with open(pol, 'rb') as f:
    parser.parse(f.read())
parser.write_xml(os.path.join(folder, 'Machine', 'Registry.pol.xml'))
with open(os.path.join(folder, 'GPT.INI.xml'), 'w') as f:
    f.write("<?xml version='1.0' encoding='utf-8'?><IniFile><Section name=\"General\"><Parameter><Key>Version</Key>"
            "<Value>7</Value></Parameter></Section></IniFile>")
with open(os.path.join(folder, 'gPCMachineExtensionNames.SAMBAEXT'), 'w') as f:
    f.write('[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{B05566AC-FE9C-4368-BE01-7A4CBB6CBA11}]')
