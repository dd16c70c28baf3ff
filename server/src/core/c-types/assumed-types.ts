import { isLp64 } from './abi.ts';
import type { Abi, BaseName } from './model.ts';

/** What a well-known name stands for when the header that declares it was not read. */
export type AssumedType =
  | { readonly kind: 'base'; readonly base: BaseName }
  | { readonly kind: 'pointer' }
  /** A guest handle: a pointer, on Arm and in its `_64` form 8 bytes wide everywhere. */
  | { readonly kind: 'handle'; readonly sizeBytes: number; readonly alignBytes: number }
  /** Bytes that are aligned like bytes, e.g. a GUID's 16. */
  | { readonly kind: 'bytes'; readonly sizeBytes: number; readonly alignBytes: number };

type Width = 'u8' | 's8' | 'u16' | 's16' | 'u32' | 's32' | 'u64' | 's64' | 'word' | 'sword';
type Special =
  | 'pointer'
  | 'handle'
  | 'handle64'
  | 'bool'
  | 'char'
  | 'void'
  | 'wchar'
  | 'uuid'
  | 'windowsGuid'
  | 'long'
  | 'ulong';

/** Names by what they are; Windows' LONG and ULONG are 32 bits on every ABI, EDK2's UINTN is a machine word. */
const NAMES: Readonly<Record<Width | Special, string>> = {
  u8: 'uint8_t u8 __u8 u_int8_t uint_least8_t UINT8 UCHAR BYTE BOOLEAN u_char uchar uint_fast8_t',
  s8: 'int8_t s8 __s8 int_least8_t INT8 int_fast8_t',
  u16:
    'uint16_t u16 __u16 __le16 __be16 u_int16_t uint_least16_t UINT16 USHORT WORD u_short ushort domid_t ' +
    'CHAR16 WCHAR char16_t umode_t sa_family_t __sum16 blkif_vdev_t',
  s16: 'int16_t s16 __s16 int_least16_t INT16 SHORT',
  u32:
    'uint32_t u32 __u32 __le32 __be32 u_int32_t uint_least32_t UINT32 ULONG ULONG32 DWORD UINT u_int uint ' +
    'grant_ref_t grant_handle_t evtchn_port_t RING_IDX XENCONS_RING_IDX XENSTORE_RING_IDX ' +
    'char32_t gfp_t __wsum event_word_t uid_t gid_t id_t fmode_t socklen_t kuid_t kgid_t',
  s32: 'int32_t s32 __s32 int_least32_t INT32 LONG LONG32 BOOL NTSTATUS HRESULT pid_t clockid_t',
  u64:
    'uint64_t u64 __u64 __le64 __be64 u_int64_t uint_least64_t UINT64 ULONGLONG ULONG64 DWORD64 uintmax_t ' +
    'blkif_sector_t sector_t u_quad_t EFI_PHYSICAL_ADDRESS EFI_LBA PHYSICAL_ADDRESS LARGE_INTEGER blkcnt_t',
  s64: 'int64_t s64 __s64 int_least64_t INT64 LONGLONG LONG64 intmax_t loff_t quad_t ktime_t time64_t',
  word:
    'size_t uintptr_t __kernel_size_t UINTN ULONG_PTR SIZE_T DWORD_PTR vm_offset_t vm_size_t ' +
    'vaddr_t uint_fast16_t uint_fast32_t',
  sword: 'ssize_t ptrdiff_t intptr_t INTN LONG_PTR SSIZE_T register_t int_fast16_t int_fast32_t',
  long: 'xen_long_t __kernel_long_t',
  ulong: 'ulong',
  pointer: 'PVOID HANDLE LPVOID PCHAR PSTR PUCHAR PULONG PUSHORT caddr_t EFI_HANDLE EFI_EVENT',
  handle: '__xen_guest_handle',
  handle64: '__xen_guest_handle_64',
  bool: 'bool Bool boolean_t',
  char: 'CHAR CHAR8 CCHAR',
  void: 'VOID',
  wchar: 'wchar_t',
  uuid: 'xen_uuid_t uuid_t guid_t xen_domain_handle_t',
  windowsGuid: 'GUID EFI_GUID',
};

type Table = ReadonlyMap<string, AssumedType>;

function base(name: BaseName): AssumedType {
  return { kind: 'base', base: name };
}

function tableFor(abi: Abi): Table {
  const lp64 = isLp64(abi);
  const arm = abi === 'arm64' || abi === 'armv7';
  const u64 = lp64 ? 'long unsigned int' : 'long long unsigned int';
  const s64 = lp64 ? 'long int' : 'long long int';
  const pointerBytes = lp64 ? 8 : 4;
  const handleBytes = arm ? 8 : pointerBytes;
  const meaning: Readonly<Record<Width | Special, AssumedType>> = {
    u8: base('unsigned char'),
    s8: base('signed char'),
    u16: base('short unsigned int'),
    s16: base('short int'),
    u32: base('unsigned int'),
    s32: base('int'),
    u64: base(u64),
    s64: base(s64),
    word: base(lp64 ? 'long unsigned int' : 'unsigned int'),
    sword: base(lp64 ? 'long int' : 'int'),
    long: base('long int'),
    ulong: base('long unsigned int'),
    pointer: { kind: 'pointer' },
    handle: { kind: 'handle', sizeBytes: handleBytes, alignBytes: handleBytes },
    handle64: { kind: 'handle', sizeBytes: 8, alignBytes: 8 },
    bool: base('_Bool'),
    char: base('char'),
    void: base('void'),
    wchar: base(arm ? 'unsigned int' : 'int'),
    uuid: { kind: 'bytes', sizeBytes: 16, alignBytes: 1 },
    windowsGuid: { kind: 'bytes', sizeBytes: 16, alignBytes: 4 },
  };
  const table = new Map<string, AssumedType>();
  for (const [key, names] of Object.entries(NAMES)) {
    for (const name of names.split(' ')) table.set(name, meaning[key as Width | Special]);
  }
  // Xen's frame numbers and words: 64 bits on both Arms, a machine word on x86 (public/arch-arm.h, arch-x86/xen.h).
  for (const name of ['xen_pfn_t', 'xen_ulong_t'])
    table.set(name, base(arm ? u64 : 'long unsigned int'));
  // Aligned to 8 even on i386 (public/arch-x86/xen-x86_32.h).
  const aligned: AssumedType = { kind: 'bytes', sizeBytes: 8, alignBytes: 8 };
  for (const name of ['uint64_aligned_t', 'int64_aligned_t', '__aligned_u64', '__aligned_be64'])
    table.set(name, aligned);
  return table;
}

const TABLES = new Map<Abi, Table>();

/** The built-in meaning of a type name on an ABI; undefined for a name that we know nothing about. */
export function assumedType(name: string, abi: Abi): AssumedType | undefined {
  let table = TABLES.get(abi);
  if (table === undefined) {
    table = tableFor(abi);
    TABLES.set(abi, table);
  }
  return table.get(name);
}

/** Whether a name is in the built-in table, on whichever ABI. */
export function isAssumedName(name: string): boolean {
  return assumedType(name, 'x86_64') !== undefined;
}
