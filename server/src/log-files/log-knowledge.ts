import { readDecodeTables, readMessages } from '#core/knowledge';
import type { LogKnowledge } from '#core/xen-log';
import type { Ports } from '../ports.ts';

const known: WeakMap<Ports, LogKnowledge> = new WeakMap();

/** Message kinds and decode tables, read on first use. */
export function logKnowledge(ports: Ports): LogKnowledge {
  let knowledge = known.get(ports);
  if (knowledge === undefined) {
    knowledge = {
      messages: readMessages(ports.knowledge('messages')),
      tables: readDecodeTables(ports.knowledge('decode')),
    };
    known.set(ports, knowledge);
  }
  return knowledge;
}
