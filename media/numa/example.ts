import type { PanelFile } from '#core/protocol';

/** A made-up machine to start with: four nodes in a square, two busy domains and one to place. */
export const EXAMPLE: readonly PanelFile[] = [
  {
    name: 'example-host.txt',
    text: `max_cpu_id             : 15
virt_caps              : pv hvm hap
cpu_topology           :
cpu:    core    socket     node
${Array.from({ length: 16 }, (_, cpu) => `${cpu}:  ${cpu % 4}  ${cpu >> 2}  ${cpu >> 2}`).join('\n')}
numa_info              :
node:    memsize    memfree    distances
0:  8192  2010  10,16,16,22
1:  8192  7890  16,10,22,16
2:  8192  4020  16,22,10,16
3:  8192  6101  22,16,16,10
xen_scheduler          : credit2
Name ID VCPU CPU State Time(s) Affinity (Hard / Soft)
Domain-0 0 0 0 r-- 1.0 all / all
Domain-0 0 1 4 -b- 1.0 all / all
db 1 0 0 r-- 1.0 all / 0-3
db 1 1 1 r-- 1.0 all / 0-3
db 1 2 2 r-- 1.0 all / 0-3
db 1 3 3 r-- 1.0 all / 0-3
web 2 0 8 r-- 1.0 all / 8-11
web 2 1 9 -b- 1.0 all / 8-11
web 2 2 10 r-- 1.0 all / 8-11
web 2 3 11 -b- 1.0 all / 8-11
ci 3 0 4 r-- 1.0 4-5 / all
ci 3 1 5 r-- 1.0 4-5 / all
Name ID Mem VCPUs State Time(s) NODE Affinity
Domain-0 0 1024 2 r----- 1.0 all
db 1 5900 4 r----- 1.0 0
web 2 3900 4 r----- 1.0 2
ci 3 1800 2 r----- 1.0 3
`,
  },
  {
    name: 'cache.cfg',
    text: 'name = "cache"\ntype = "pvh"\nmemory = 5120\nvcpus = 4\n',
  },
];
