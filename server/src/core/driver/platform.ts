/** Which kernel a file belongs to, by what it includes; rules about one kernel's interfaces ask. */
export function platformOf(text: string): 'linux' | 'other' | 'unknown' {
  if (/#\s*include\s*<(?:linux|asm)\//.test(text)) return 'linux';
  if (
    /#\s*include\s*[<"](?:sys\/(?:param|types|systm|cdefs|bus)|mini-os\/|os\.h|ntddk|wdm|ntdef|Uefi|Library\/|uk\/|qemu\/|machine\/|dev\/xen)/.test(
      text,
    )
  )
    return 'other';
  return 'unknown';
}
