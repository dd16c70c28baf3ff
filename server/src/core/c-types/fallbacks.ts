/**
 * Macros that stand in when the header that defines them was not found: what they expand to has the layout of the
 * originals (Xen's public ring.h, xen.h and arch headers; Linux's compiler and GUEST_HANDLE macros). Used only for
 * a name that nothing defines; everything made by one is marked as assumed.
 */
export const FALLBACK_MACROS: readonly string[] = [
  '__packed __attribute__((packed))',
  '__packed2__ __attribute__((packed))',
  '__aligned(bytes) __attribute__((aligned(bytes)))',
  '__attribute_packed__ __attribute__((packed))',
  '__deprecated',
  '__maybe_unused __attribute__((unused))',
  '__user',
  '__kernel',
  '__iomem',
  '__rcu',
  '__percpu',
  '__force',
  '__must_check',
  '__init',
  '__exit',
  '__cold',
  '__always_inline inline',
  `DEFINE_RING_TYPES(name, request_type, response_type)
    union name##_sring_entry { request_type req; response_type rsp; };
    struct name##_sring {
      RING_IDX req_prod, req_event; RING_IDX rsp_prod, rsp_event;
      uint8_t reserved[48];
      union name##_sring_entry ring[1];
    };
    struct name##_front_ring {
      RING_IDX req_prod_pvt; RING_IDX rsp_cons; unsigned int nr_ents; struct name##_sring *sring;
    };
    struct name##_back_ring {
      RING_IDX rsp_prod_pvt; RING_IDX req_cons; unsigned int nr_ents; struct name##_sring *sring;
    };
    typedef struct name##_sring name##_sring_t;
    typedef struct name##_front_ring name##_front_ring_t;
    typedef struct name##_back_ring name##_back_ring_t`,
  'DEFINE_XEN_FLEX_RING(name) struct name##_data { unsigned char *in; unsigned char *out; }',
  `DEFINE_XEN_FLEX_RING_AND_INTF(name)
    struct name##_data_intf {
      RING_IDX in_cons, in_prod; uint8_t pad1[56];
      RING_IDX out_cons, out_prod; uint8_t pad2[56];
      RING_IDX ring_order; grant_ref_t ref[];
    };
    DEFINE_XEN_FLEX_RING(name)`,
  '___DEFINE_XEN_GUEST_HANDLE(name, type) typedef __xen_guest_handle __guest_handle_##name; ' +
    'typedef __xen_guest_handle_64 __guest_handle_64_##name',
  '__DEFINE_XEN_GUEST_HANDLE(name, type) ___DEFINE_XEN_GUEST_HANDLE(name, type); ' +
    '___DEFINE_XEN_GUEST_HANDLE(const_##name, const type)',
  'DEFINE_XEN_GUEST_HANDLE(name) __DEFINE_XEN_GUEST_HANDLE(name, name)',
  'XEN_GUEST_HANDLE(name) __xen_guest_handle',
  'XEN_GUEST_HANDLE_64(name) __xen_guest_handle_64',
  'XEN_GUEST_HANDLE_PARAM(name) __xen_guest_handle',
  '__DEFINE_GUEST_HANDLE(name, type) typedef __xen_guest_handle __guest_handle_##name',
  'DEFINE_GUEST_HANDLE_STRUCT(name) __DEFINE_GUEST_HANDLE(name, struct name)',
  'DEFINE_GUEST_HANDLE(name) __DEFINE_GUEST_HANDLE(name, name)',
  'GUEST_HANDLE(name) __xen_guest_handle',
  'XEN_FLEX_ARRAY_DIM',
];
