import type { DialectRule } from './rule.ts';

const line =
  /^(?:qemu(?:-system-\w{1,12}|-dm|-xen|-img|-nbd)?(?:\[\d{1,10}\])?: |xen be(?: core)?: |xen-(?:qdisk|block|mapcache|hvm|pt|console)\w{0,12}: |char device redirected|VNC server running|domid: \d|-?videoram|Register xen platform|Guest uses deprecated|Log-dirty: |I\/O request not ready|bind interrupt|dm-command: |reset requested in cpu_handle|Issued domain \d|vbd-\d{1,6}: |\(process:\d{1,8}\): GLib|main_channel_|(?:warning|error): .{0,80}(?:qemu|TCG|host doesn't support))/;

/** A device model: /var/log/xen/qemu-dm-GUEST.log. */
export const qemu: DialectRule = {
  dialect: 'qemu',
  claims: (payload, prefix) =>
    line.test(payload) || (prefix.process !== undefined && prefix.process.startsWith('qemu')),
};
