import type { DialectRule } from './rule.ts';

const line =
  /^(?:\/(?:etc\/xen|usr\/l\S{0,20}\/xen)\S{0,120}\/?(?:block|vif|vscsi|external-device|xen-hotplug|launch-xenstore|xencommons)\S{0,40}:|script: |xen-hotplug|(?:losetup|brctl|ip|iptables|ebtables|RTNETLINK|xenstore-(?:read|write)): |Device \S{1,40} (?:does not exist|is already)|(?:Cannot find device|bridge \S{1,40} does not exist|can't add \S{1,40} to bridge)|\+\+? ?(?:dir|xenstore|sigerr|claim_lock|release_lock|log |case|'?\[|local|export|\. ))/;

/** Hotplug scripts: /var/log/xen/xen-hotplug.log. */
export const hotplug: DialectRule = {
  dialect: 'hotplug',
  claims: (payload) => line.test(payload),
};
