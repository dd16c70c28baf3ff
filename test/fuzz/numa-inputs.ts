import { assembleHost, readHostInput } from '#core/numa';
import { checkCfg, completeAt, parseCfg } from '#core/xl-cfg';
import { parseXml } from '../../server/src/parse-xml.ts';
import { asText, once, seedFiles, shared } from './seed-files.ts';
import type { FuzzTarget } from './target.ts';

export const numaInputs: FuzzTarget = {
  name: 'numa-inputs',
  seeds: once(() => seedFiles(`${shared}/samples/numa`, /\.(?:txt|xml)$/, 400)),
  dictionary: ['node', 'numa_info', 'cpu_topology', 'nr_nodes', 'distances'],
  run(input) {
    assembleHost([readHostInput('fuzz', asText(input), parseXml)]);
  },
};

export const xlCfg: FuzzTarget = {
  name: 'xl-cfg',
  seeds: once(() => seedFiles(`${shared}/samples/numa`, /\.cfg$/, 400)),
  dictionary: ['vcpus=', 'cpus="', 'memory=', 'vnuma=[', 'pnode=', "['", '+='],
  run(input) {
    const text = asText(input);
    checkCfg(text);
    completeAt(parseCfg(text), text.length >> 1, { keys: new Map() });
  },
};
