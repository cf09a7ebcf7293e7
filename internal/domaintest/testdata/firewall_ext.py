"""An extension of Samba's Group Policy client: it tells which values of Windows Firewall the client reads."""
import json
import os

from samba.gp.gpclass import gp_pol_ext

KEY = 'software\\policies\\microsoft\\windowsfirewall'


class gp_firewall(gp_pol_ext):
    def __str__(self):
        return 'rolewall/Firewall'

    def values(self, gpo):
        found = {}
        if gpo.file_sys_path:
            pol = self.parse(os.path.join(gpo.file_sys_path, 'MACHINE/Registry.pol'))
            for e in (pol.entries if pol else []):
                if e.keyname.lower().startswith(KEY):
                    found[e.keyname + '\\' + e.valuename] = e.data if isinstance(e.data, str) else str(e.data)
        return found

    def process_group_policy(self, deleted_gpo_list, changed_gpo_list):
        for gpo in changed_gpo_list:
            if self.values(gpo):
                print('CHANGED', flush=True)

    def rsop(self, gpo):
        found = self.values(gpo)
        if not found:
            return {}
        with open(os.environ['ROLEWALL_RSOP'], 'w') as f:
            json.dump(found, f)
        return {'Firewall': found}
