/*
 * Traces of ring.h under other protocols than blkif's: the macros of the installed header work on the ring types of
 * netif, vscsiif, usbif, sndif, displif, cameraif, pvcalls and fsif, and on entries of any size that
 * DEFINE_RING_TYPES may be given. The lines have the fields of ring_oracle.c's.
 *
 *   gcc -O1 -Wall protocol_trace.c -o protocol_trace
 *   ./protocol_trace                                    names the protocols
 *   ./protocol_trace PROTOCOL SEED STEPS ORDER START    writes a trace
 *
 * Where ring_oracle.c mixes single operations at random, this one plays moods: a frontend that floods, a backend that
 * starves, a drain, sleepers with their final checks, forged indices at the very edge of the checks.
 */
#define __XEN_INTERFACE_VERSION__ 0x00040e00
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned mbs, wmbs;
#define xen_mb()  (mbs++, __sync_synchronize())
#define xen_rmb() __sync_synchronize()
#define xen_wmb() (wmbs++, __sync_synchronize())

#include <xen/io/ring.h>
#include <xen/io/blkif.h>
#include <xen/io/netif.h>
#include <xen/io/vscsiif.h>
#include <xen/io/usbif.h>
#include <xen/io/sndif.h>
#include <xen/io/displif.h>
#include <xen/io/cameraif.h>
#include <xen/io/pvcalls.h>
#include <xen/io/fsif.h>

/* Entries that no protocol has: the i386 size of a block request, odd sizes, a large one. */
struct bytes4 { uint32_t word; };
struct bytes20 { uint32_t words[5]; };
struct bytes37 { unsigned char bytes[37]; };
struct bytes108 { uint32_t words[27]; };
struct bytes1000 { uint32_t words[250]; };
DEFINE_RING_TYPES(of4, struct bytes4, struct bytes4);
DEFINE_RING_TYPES(of20, struct bytes20, struct bytes4);
DEFINE_RING_TYPES(of37, struct bytes37, struct bytes20);
DEFINE_RING_TYPES(of108, struct bytes108, struct bytes20);
DEFINE_RING_TYPES(of1000, struct bytes1000, struct bytes108);

#define MOST 65536
static unsigned held[MOST], held_count, next_id;
static unsigned ids[MOST], slots[MOST], count;
static unsigned long seed, number;
static uint64_t state;

/* xorshift64*: any generator will do, the trace says what was drawn. */
static unsigned draw(unsigned below)
{
    state ^= state >> 12; state ^= state << 25; state ^= state >> 27;
    return below ? (unsigned)((state * 0x2545f4914f6cdd1dull) >> 33) % below : 0;
}

static void list(const char *name, const unsigned *values)
{
    printf("\"%s\":[", name);
    for (unsigned i = 0; i < count; i++) printf(i ? ",%u" : "%u", values[i]);
    printf("],");
}

static void begin(const char *op) { printf("{\"seed\":%lu,\"i\":%lu,\"op\":\"%s\",", seed, number++, op); }

static void batch(const char *op, unsigned wanted)
{
    begin(op);
    printf("\"arg\":%u,\"n\":%u,", wanted, count);
    list("ids", ids);
    list("slots", slots);
}

static void note(unsigned id, unsigned slot) { ids[count] = id; slots[count++] = slot; }

/* Takes one of the requests that the backend holds: usually the oldest, sometimes any. */
static unsigned pick(void)
{
    unsigned at = draw(3) ? 0 : draw(held_count), id = held[at];
    memmove(held + at, held + at + 1, (--held_count - at) * sizeof *held);
    return id;
}

#define PROTOCOL(tag)                                                                              \
static struct tag##_sring *tag##_page;                                                             \
static struct tag##_front_ring tag##_f;                                                            \
static struct tag##_back_ring tag##_b;                                                             \
static void tag##_end(void)                                                                        \
{                                                                                                  \
    struct tag##_sring *s = tag##_page;                                                            \
    printf("\"sh\":[%u,%u,%u,%u],\"fr\":[%u,%u],\"bk\":[%u,%u],\"free\":%u,\"full\":%d,"           \
           "\"ureq\":%u,\"ursp\":%u,\"infl\":%u,\"bar\":[%u,%u]}\n",                               \
           s->req_prod, s->req_event, s->rsp_prod, s->rsp_event, tag##_f.req_prod_pvt,             \
           tag##_f.rsp_cons, tag##_b.rsp_prod_pvt, tag##_b.req_cons,                               \
           (unsigned)RING_FREE_REQUESTS(&tag##_f), (int)RING_FULL(&tag##_f),                       \
           (unsigned)XEN_RING_NR_UNCONSUMED_REQUESTS(&tag##_b),                                    \
           (unsigned)XEN_RING_NR_UNCONSUMED_RESPONSES(&tag##_f), held_count, wmbs, mbs);           \
    wmbs = mbs = 0;                                                                                \
    count = 0;                                                                                     \
}                                                                                                  \
static void tag##_fill(unsigned wanted)                                                            \
{                                                                                                  \
    for (; count < wanted && !RING_FULL(&tag##_f); tag##_f.req_prod_pvt++) {                       \
        memcpy(RING_GET_REQUEST(&tag##_f, tag##_f.req_prod_pvt), &next_id, sizeof next_id);        \
        note(next_id++, tag##_f.req_prod_pvt & (RING_SIZE(&tag##_f) - 1));                         \
    }                                                                                              \
    batch("f_produce", wanted);                                                                    \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_take(unsigned wanted)                                                            \
{                                                                                                  \
    RING_IDX prod = tag##_page->req_prod;                                                          \
    int late = 0, over = RING_REQUEST_PROD_OVERFLOW(&tag##_b, prod);                               \
    while (!over && tag##_b.req_cons != prod && count < wanted) {                                  \
        if ((late = RING_REQUEST_CONS_OVERFLOW(&tag##_b, tag##_b.req_cons))) break;                \
        memcpy(&held[held_count], RING_GET_REQUEST(&tag##_b, tag##_b.req_cons), sizeof *held);     \
        note(held[held_count++], tag##_b.req_cons & (RING_SIZE(&tag##_b) - 1));                    \
        tag##_b.req_cons++;                                                                        \
    }                                                                                              \
    batch("b_consume", wanted);                                                                    \
    printf("\"prod_ovf\":%d,\"cons_ovf\":%d,", over, late);                                        \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_answer(unsigned wanted)                                                          \
{                                                                                                  \
    for (; count < wanted && held_count; tag##_b.rsp_prod_pvt++) {                                 \
        unsigned id = pick();                                                                      \
        memcpy(RING_GET_RESPONSE(&tag##_b, tag##_b.rsp_prod_pvt), &id, sizeof id);                 \
        note(id, tag##_b.rsp_prod_pvt & (RING_SIZE(&tag##_b) - 1));                                \
    }                                                                                              \
    batch("b_respond", wanted);                                                                    \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_collect(unsigned wanted)                                                         \
{                                                                                                  \
    RING_IDX prod = tag##_page->rsp_prod;                                                          \
    int over = RING_RESPONSE_PROD_OVERFLOW(&tag##_f, prod);                                        \
    while (!over && tag##_f.rsp_cons != prod && count < wanted) {                                  \
        unsigned id;                                                                               \
        memcpy(&id, RING_GET_RESPONSE(&tag##_f, tag##_f.rsp_cons), sizeof id);                     \
        note(id, tag##_f.rsp_cons & (RING_SIZE(&tag##_f) - 1));                                    \
        tag##_f.rsp_cons++;                                                                        \
    }                                                                                              \
    batch("f_consume", wanted);                                                                    \
    printf("\"prod_ovf\":%d,", over);                                                              \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_push(int front, int silent)                                                      \
{                                                                                                  \
    int notify = 0;                                                                                \
    if (front && silent) RING_PUSH_REQUESTS(&tag##_f);                                             \
    else if (front) RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&tag##_f, notify);                         \
    else if (silent) RING_PUSH_RESPONSES(&tag##_b);                                                \
    else RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&tag##_b, notify);                                   \
    begin(front ? (silent ? "f_push_silent" : "f_push") : silent ? "b_push_silent" : "b_push");    \
    if (!silent) printf("\"notify\":%d,", notify);                                                 \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_sleep(int front)                                                                 \
{                                                                                                  \
    int work;                                                                                      \
    if (front) RING_FINAL_CHECK_FOR_RESPONSES(&tag##_f, work);                                     \
    else RING_FINAL_CHECK_FOR_REQUESTS(&tag##_b, work);                                            \
    begin(front ? "f_final_check" : "b_final_check");                                              \
    printf("\"work\":%d,", work);                                                                  \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_hold_off(int front, unsigned ahead)                                              \
{                                                                                                  \
    if (front) tag##_page->rsp_event = tag##_f.rsp_cons + ahead;                                   \
    else tag##_page->req_event = tag##_b.req_cons + ahead;                                         \
    xen_mb();                                                                                      \
    begin(front ? "f_set_event" : "b_set_event");                                                  \
    printf("\"arg\":%u,", ahead);                                                                  \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_probe(int requests, unsigned ahead)                                              \
{                                                                                                  \
    RING_IDX forged = ahead + (requests ? tag##_b.rsp_prod_pvt : tag##_f.rsp_cons);                \
    begin(requests ? "probe_req_prod" : "probe_rsp_prod");                                         \
    printf("\"arg\":%u,\"value\":%u,", ahead, forged);                                             \
    if (requests)                                                                                  \
        printf("\"prod_ovf\":%d,\"cons_ovf\":%d,",                                                 \
               (int)RING_REQUEST_PROD_OVERFLOW(&tag##_b, forged),                                  \
               (int)RING_REQUEST_CONS_OVERFLOW(&tag##_b, forged));                                 \
    else printf("\"prod_ovf\":%d,", (int)RING_RESPONSE_PROD_OVERFLOW(&tag##_f, forged));           \
    tag##_end();                                                                                   \
}                                                                                                  \
static void tag##_play(unsigned mood, unsigned size)                                               \
{                                                                                                  \
    static const unsigned edges[] = { 0, 1 };                                                      \
    switch (mood) {                                                                                \
    case 0: tag##_fill(1 + draw(size + 2)); tag##_push(1, draw(9) == 0); break;                    \
    case 1: tag##_fill(1); tag##_push(1, 0); break;                                                \
    case 2: tag##_take(1 + draw(size)); break;                                                     \
    case 3: tag##_answer(1 + draw(3)); tag##_push(0, draw(9) == 0); break;                         \
    case 4: tag##_answer(size); tag##_push(0, 0); break;                                           \
    case 5: tag##_collect(1 + draw(size)); break;                                                  \
    case 6: tag##_sleep(0); break;                                                                 \
    case 7: tag##_sleep(1); break;                                                                 \
    case 8: tag##_hold_off(draw(2), 1 + draw(size + 1)); break;                                    \
    case 9: tag##_probe(draw(2), edges[draw(2)] + size - draw(2)); break;                          \
    case 10: tag##_probe(draw(2), 0u - draw(3)); break;                                            \
    case 11: tag##_take(size); tag##_sleep(0); break;                                              \
    }                                                                                              \
}                                                                                                  \
static void tag##_run(unsigned long steps, unsigned order, RING_IDX start)                         \
{                                                                                                  \
    size_t bytes = (size_t)4096 << order;                                                          \
    unsigned size;                                                                                 \
    tag##_page = aligned_alloc(4096, bytes);                                                       \
    memset(tag##_page, 0, bytes);                                                                  \
    SHARED_RING_INIT(tag##_page);                                                                  \
    if (start) {                                                                                   \
        tag##_page->req_prod = tag##_page->rsp_prod = start;                                       \
        tag##_page->req_event = tag##_page->rsp_event = start + 1;                                 \
    }                                                                                              \
    FRONT_RING_ATTACH(&tag##_f, tag##_page, start, bytes);                                         \
    BACK_RING_ATTACH(&tag##_b, tag##_page, start, bytes);                                          \
    wmbs = mbs = 0;                                                                                \
    next_id = 1;                                                                                   \
    size = RING_SIZE(&tag##_f);                                                                    \
    begin("init");                                                                                 \
    printf("\"arg\":%u,\"order\":%u,\"nr_ents\":%u,\"entry\":%u,\"ring_off\":%u,", start, order,   \
           size, (unsigned)sizeof(union tag##_sring_entry),                                        \
           (unsigned)offsetof(struct tag##_sring, ring));                                          \
    tag##_end();                                                                                   \
    while (number < steps) tag##_play(draw(12), size);                                             \
}

#define EACH(do)                                                                                   \
    do(blkif) do(netif_tx) do(netif_rx) do(xen_netif_ctrl) do(vscsiif) do(usbif_urb)               \
    do(usbif_conn) do(xen_sndif) do(xen_displif) do(xen_cameraif) do(xen_pvcalls) do(fsif)         \
    do(of4) do(of20) do(of37) do(of108) do(of1000)

EACH(PROTOCOL)

#define NAME(tag) puts(#tag);
#define RUN(tag) if (!strcmp(argv[1], #tag)) { tag##_run(steps, order, start); return 0; }

int main(int argc, char **argv)
{
    unsigned long steps;
    unsigned order;
    RING_IDX start;
    if (argc == 1) { EACH(NAME) return 0; }
    if (argc != 6) return 2;
    seed = strtoul(argv[2], 0, 0);
    state = seed * 0x9e3779b97f4a7c15ull + 1;
    steps = strtoul(argv[3], 0, 0);
    order = strtoul(argv[4], 0, 0);
    start = strtoul(argv[5], 0, 0);
    EACH(RUN)
    return 2;
}
