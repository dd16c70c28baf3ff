/**
 * The words by which the C dialects of Xen drivers (Linux, the BSDs, Windows, mini-os and unikernels, EDK2, QEMU)
 * name the same few acts. Matched against the name of a called function or macro.
 */

/** Tells the compiler which way a branch goes; the condition is the argument. */
export const isBranchHint = (name: string): boolean =>
  /^(?:(?:__|u)?(?:un)?likely|__predict_(?:true|false)|__builtin_expect|G_(?:UN)?LIKELY|UK_(?:un)?likely|UNLIKELY|LIKELY)$/i.test(
    name,
  );

/** One access that the compiler may neither split nor repeat. */
export const isOnceMacro = (name: string): boolean =>
  /^(?:READ_ONCE|ACCESS_ONCE|READ_NO_FENCE\w*|ReadNoFence\w*|ReadULongAcquire|(?:q?atomic_|qemu_)?(?:load_acquire|read)(?:_once)?|q?atomic_read(?:__nocheck)?|smp_load_acquire|virt_load_acquire|__atomic_load_n|atomic_load\w*|read_atomic|volatile_read|Read(?:U?Long(?:64)?|U?Short|UChar|Pointer)?(?:NoFence|Acquire|Raw)|ddi_get(?:8|16|32|64))$/.test(
    name,
  );

/** One store that the compiler may neither split nor repeat, and that orders nothing. */
export const isOnceStore = (name: string): boolean =>
  /^(?:WRITE_ONCE|q?atomic_set(?:__nocheck)?|atomic_store_relaxed|atomic_store_(?:8|16|32|64|int)|volatile_write|Write(?:U?Long(?:64)?|U?Short|UChar|Pointer)?NoFence|write_atomic)$/.test(
    name,
  );

/** Which argument of such an access names the place: the first, or the one after an access handle. */
export const placeArgument = (name: string): number => (name.startsWith('ddi_get') ? 1 : 0);

/** A barrier the processor obeys for reads (a full one counts). */
export const isReadBarrier = (name: string): boolean =>
  /^(?:\w*_)?r?mb$|^(?:smp|virt|dma|xen)_(?:r?mb|load_acquire)\b|^(?:MemoryFence|MemoryBarrier|KeMemoryBarrier\w*|_mm_[lm]fence|mem_?bar\w*|bus_dmamap_sync|__sync_synchronize|atomic_thread_fence\w*|atomic_fence|__atomic_thread_fence|smp_mb\w*|mfence|lfence|os_barrier|dsb|dmb|ukarch_[rm]b)$/i.test(
    name,
  ) ||
  isHardwareAsm(name) ||
  /^(?:smp|virt)_load_acquire$/.test(name);

/** A barrier the processor obeys for writes (a full one counts). */
export const isWriteBarrier = (name: string): boolean =>
  /^(?:\w*_)?w?mb$|^(?:MemoryFence|MemoryBarrier|KeMemoryBarrier\w*|_mm_[sm]fence|mem_?bar\w*|bus_dmamap_sync|__sync_synchronize|atomic_thread_fence\w*|atomic_fence|__atomic_thread_fence|smp_mb\w*|mfence|sfence|os_barrier|dsb|dmb|ukarch_[wm]b|(?:smp|virt)_store_(?:release|mb)|atomic_store_release|__atomic_store_n)$/i.test(
    name,
  ) || isHardwareAsm(name);

/** Keeps the compiler from moving accesses, nothing more. */
export const isCompilerBarrier = (name: string): boolean =>
  /^(?:barrier|compiler_barrier|COMPILER_BARRIER|_ReadWriteBarrier|__compiler_membar|__insn_barrier|CC_BARRIER)$/.test(
    name,
  ) ||
  (name.startsWith('asm ') && !isHardwareAsm(name));

const isHardwareAsm = (name: string): boolean =>
  name.startsWith('asm ') && /\b(?:mfence|lfence|sfence|lock|dmb|dsb)\b/.test(name);

export const isAnyBarrier = (name: string): boolean =>
  isReadBarrier(name) || isWriteBarrier(name) || isCompilerBarrier(name);

/** Stops the kernel or process when its condition holds (or fails). */
export const stopsOnCondition = (name: string): boolean =>
  /^(?:BUG_ON|VM_BUG_ON\w*|ASSERT|KASSERT|KASSERTMSG|KDASSERT|VERIFY[03]?|VERIFY3[USP]|ASSERT3[USP]|assert|g_assert\w*|UK_ASSERT|XENBUS_ASSERT|NT_ASSERT|ASSERTMSG|MPASS|DIAGNOSTIC_ASSERT|BUGCHECK_IF)$/.test(
    name,
  );

/** Stops the kernel or process whenever it is reached. */
export const stopsAlways = (name: string): boolean =>
  /^(?:BUG|panic|abort|__builtin_trap|g_assert_not_reached|KeBugCheck(?:Ex)?|UK_CRASH|do_exit|cmn_panic|BUGCHECK)$/.test(
    name,
  );

/** Waits until something wakes the caller. */
export const isSleep = (name: string): boolean =>
  /^(?:wait_(?:for_)?(?:event|work|irq|interrupt)\w*|wait_event\w*|\w*_wait_event\w*|schedule|io_schedule|KeWaitForSingleObject|KeWaitForMultipleObjects|tsleep\w*|msleep_spin|ssleep|rwsleep\w*|cv_wait\w*|cv_timedwait\w*|pthread_cond_wait|uk_waitq_wait\w*|uk_semaphore_down|block_domain|HYPERVISOR_block|SCHEDOP_block|swait_event\w*|kthread_wait\w*|sleep_on\w*|interruptible_sleep_on\w*|xenevtchn_pending|xc_evtchn_pending|libxenvchan_wait|wait)$/.test(
    name,
  );

/** Maps a batch of grants; each operation has a status of its own. */
export const isGrantMap = (name: string): boolean =>
  /(?:gnt|grant)\w*(?:map|copy)\w*(?:_refs?|_batch|_grefs)?$|^(?:gnt|grant)\w*_map_(?:batch|refs)|batch_map/i.test(
    name,
  ) && !/unmap|set_map_op|free|init|alloc/i.test(name);

/** Asks whether a grant is still in use without ending it. */
export const isGrantQuery = (name: string): boolean =>
  /^gnttab_query|query_foreign_access|^(?:gnt\w*|grant\w*)_(?:in_use|is_busy|busy|is_used|query)$|^(?:xen_)?(?:grant|gnt)\w*query\w*$/i.test(
    name,
  );

/** Ends foreign access to a grant. */
export const isGrantEnd = (name: string): boolean =>
  /end_(?:foreign_)?access|^grant_end$|gnttab_end|^(?:gnttab|gnt|grant)_(?:revoke|release|end|free)\w*|(?:foreign_access|grant)_(?:ref_)?(?:end|free)|gnttab_(?:release|free)_grant/i.test(
    name,
  ) && !/try_end/i.test(name);

/** Gives the other domain access to a page. */
export const isGrantGive = (name: string): boolean =>
  (/grant_(?:foreign_access|page|ring|access|init|give)|foreign_access|(?:^|_)(?:gnttab|gnt|grant)_(?:grant|page|give|offer|alloc_and_grant|claim_grant)|GrantAccess|gnttab_claim_grant|xvdi_alloc_ring|xenbus_grant_ring|xengnt\w*_share|PermitForeignAccess/i.test(
    name,
  ) ||
    /^grant_?page$/i.test(name)) &&
  !isGrantEnd(name) &&
  !isGrantQuery(name);

/** Makes room in a table or ring: taking a free slot, id or tag, or asking how many there are. */
export const boundsOutstanding = (name: string): boolean =>
  /full|free|avail|slots?(?:_|$)|space|room|can_(?:queue|send|tx)|alloc_?(?:id|tag|slot|req)|get_(?:id|tag|slot|index)|tag|room|outstanding|inflight|in_flight|pending_count|throttle|reserve/i.test(
    name,
  );

/** Waits for one of a counted number of things. */
export const takesSemaphore = (name: string): boolean =>
  /^(?:down(?:_(?:interruptible|killable|timeout|trylock))?|sem(?:a(?:phore)?)?_(?:p|wait|down|trydown|timedwait|take)\w*|(?:uk_|k)?sema(?:phore)?_(?:p|wait|down)\w*)$/.test(
    name,
  );

/** Copies from its second argument to its first. */
export const copiesMemory = (name: string): boolean =>
  /^(?:__builtin_)?(?:mem(?:cpy|move)|RtlCopyMemory|CopyMem|bcopy)$/.test(name);

/** Looks a value over: a range check, a translation that checks. */
export const isCheckingCall = (name: string): boolean =>
  /translate|valid|verify|check|range|bound|within|sane|overflow/i.test(name);

/** Keeps a value inside limits. */
export const isLimiter = (name: string): boolean =>
  /^MASK_\w+$|\w+_MASK$|mask_\w*(?:idx|index)$|^(?:min|max|clamp|bound|limit)(?:_t|_val|3)?$|^(?:MIN|MAX|CLAMP|MIN_T|ulmin|uimin|imin|lmin|qmin|u?int_min|LIMIT|array_index_nospec|roundup_pow_of_two|powerof2)$|^(?:Rtl)?(?:Min|Max)$/.test(
    name,
  );

/** Arithmetic macros and byte-order calls: what goes in comes out, changed. */
export const carriesValue = (name: string): boolean =>
  /^(?:[A-Z][A-Z0-9_]*|(?:le|be|cpu)\d*_to_(?:cpu|le|be)\w*|le\d+toh|be\d+toh|htole\d+|ntoh[sl]|hton[sl]|get_unaligned\w*|div_round_up|ilog2|fls|ffs|round(?:up|down)\w*|howmany|atoi|atol|strtou?ll?|simple_strtou?ll?|kstrto\w+)$/.test(
    name,
  );

/** Fields that count the segments, buffers or grants of a request. */
export const isCountField = (name: string): boolean =>
  /^(?:(?:nr|num|n)_?(?:segments?|segs?|sgs?|buffer_segs|bufs?|buffers|grefs?|grants?|frags?|pages|entries|packets|mappings|descs?)|nseg(?:s|ments)?|nsegs|segcount|segment_count|NumSegments|NrSegments|nr_iso_packets?|number_of_packets|buffer_segs)$/i.test(
    name,
  );

/** Fields by which a response names its request. */
export const isIdField = (name: string): boolean =>
  /^(?:\w*_)?(?:id|rqid|tag|cookie|urb_id|req_id)$/i.test(name);

/** Shared indices: what one side has produced or consumed. */
export const isIndexField = (name: string): boolean => /(?:^|_)(?:prod|cons)$/i.test(name);

/** Reads a number out of xenstore. */
export const isXenstoreRead = (name: string): boolean =>
  /^(?:xs_read_(?:unsigned|integer|int|uint|number|ulong|u\d+)|xenbus_read_(?:unsigned|integer|int|ull?|u\d+)|xenstore_read_(?:int|uint64|be_int|fe_int|integer|unsigned)\w*|xs_node_read_(?:unsigned|uint)\w*|xenbus_read_number|XenStoreReadNumber|xs_getnum)$/i.test(
    name,
  );

/** Reads the text of a node. */
export const isXenstoreText = (name: string): boolean =>
  /^(?:xenbus_read|xs_read|xs_node_read|xs_directory_read|xenstore_read|XenStoreRead|qemu_xen_xs_read|XenBusReadNode|xenbus_gets)$/.test(
    name,
  );

/** Scans numbers out of xenstore into pointed-to variables. */
export const isXenstoreScan = (name: string): boolean =>
  /^(?:xenbus_(?:scanf|gather|gather_\w+)|xs_(?:scanf|gather|node_scanf|node_vscanf)|xs_dev_scanf|qemu_xen_xs_node_scanf|xen_device_frontend_scanf|XenbusScanf|XenBusScanf|xs_getnum|xenstore_read_(?:fe|be)_(?:int|uint64)|xenstore_scanf|xenbus_xs_scanf|XENBUS_STORE_?Scanf|XenstoreScanf|xvdi_read\w*)$/i.test(
    name,
  );

/** Memory allocation whose size is an argument. */
export const isAllocation = (name: string): boolean =>
  /^(?:[kv]?[mcz]alloc\w*|kv?m?[zc]alloc\w*|kmem_\w*alloc|[kv]m?alloc\w*|k[cz]alloc\w*|_?xm?z?alloc\w*|xzalloc\w*|devm_k\w*alloc\w*|g_(?:malloc|new)\w*|alloc_pages?\w*|__get_free_pages?|alloc_pages_exact|Allocate(?:Zero)?P(?:ool|ages)|ExAllocatePool\w*|uk_[mc]alloc\w*|realloc\w*|krealloc\w*)$/.test(
    name,
  );

/** Page allocation that leaves the old contents in place unless a flag says otherwise. */
export const isDirtyPageAllocation = (name: string): boolean =>
  /^(?:alloc_pages?(?:_node|_exact)?|__get_free_pages?|alloc_pages_exact|kmalloc|_?xmalloc\w*|AllocatePages|malloc|memalign|uk_palloc|kmem_alloc|uvm_km_alloc|alloc_page_array|page_pool_alloc\w*|page_pool_dev_alloc\w*|dev_alloc_page)$/.test(
    name,
  );

/** Interrupt binding that acknowledges every event at once (Linux). */
export const isEagerBind = (name: string): boolean =>
  /^bind_(?:\w*evtchn\w*|\w*)_?irq(?:handler)?$/.test(name) && !/lateeoi|virq|ipi|pirq/.test(name);

/** Stops a kernel thread. */
export const isThreadStop = (name: string): boolean =>
  /^(?:kthread_stop|thread_stop|kthread_park_stop|uk_sched_thread_terminate|PsTerminateThread)$/.test(
    name,
  );

/** Prints; reading a shared field for a message decides nothing. */
export const isPrinting = (name: string): boolean =>
  /printk|printf|(?:^|_)(?:ERR|ERROR|WARN|WARNING|INFO|DEBUG|DBG|NOTICE|TRACE|LOG|PRINT\w*)$|^pr_(?:err|warn|info|debug|alert|notice|crit)|^dev_(?:err|warn|info|dbg)|debug|DPRINT|^WPRINTK$|^IPRINTK$|trace|^(?:Info|Warning|Error|Verbose|Trace)$|log|^WARN|fatal|error_report|xenbus_dev_|xen_(?:be_|pv_)printf|aprint|uk_pr_/i.test(
    name,
  );
