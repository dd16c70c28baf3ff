import type { DialectRule } from './rule.ts';

const line =
  /^(?:xl: |Parsing config from |Waiting for domain .{1,120} to die|Domain \d{1,5} (?:has shut down|needs to be|has been)|Action for shutdown reason|Done\. (?:Exiting|Rebooting)|Failed to (?:parse config|read config|copy|create|load)|Saving to |Loading new save file|Migration|migration (?:sender|target|receiver)|Savefile|Config file not specified|\S{1,200}:\d{1,6}: (?:config parsing error|warning|error|config)|vcpu (?:hard|soft)? ?affinity|\[exit status \d{1,3}\]|xl (?:create|list|info|vcpu|debug|dmesg)|(?:Usage|usage): xl|command line:\d+: config|Unable to |Incorrect |Invalid |Error: Domain|failed to (?:free|run|add|attach|pin|parse)|Domain \S{1,80} does not exist|\S{1,80} is an invalid domain identifier|The config file |WARNING: (?:you|the|ignoring|vncviewer|Unable|specifying|Both|both|pciattach|could)|Warning: |ERROR )/;

/** The xl tool's own words, on a terminal and in /var/log/xen/xl-GUEST.log. */
export const xl: DialectRule = {
  dialect: 'xl',
  claims: (payload) => line.test(payload),
};
