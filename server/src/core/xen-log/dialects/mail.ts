import type { DialectRule } from './rule.ts';

const line =
  /^(?:(?:From|To|Cc|Subject|Date|Message-ID|In-Reply-To|References|Content-Type|MIME-Version|Return-Path|Received|User-Agent|X-[A-Za-z-]{1,40}|List-\w{1,30}|Sender|Reply-To|Delivered-To|Lines|Organization): |On .{4,120} wrote:$|-- $|_{20,}$|-----(?:Original|BEGIN|END)|Xen-(?:devel|users) mailing list)/;

/** What a mail puts around a pasted log. */
export const mail: DialectRule = {
  dialect: 'mail-text',
  claims: (payload, prefix) => prefix.console === 'none' && line.test(payload),
};
