export { checkCfg } from './check.ts';
export { cpusOfList, parseCpuList } from './cpu-list.ts';
export { readGuest, type GuestReading } from './guest.ts';
export { buildOnHost, hostKnowledgeOf } from './host-knowledge.ts';
export type { CfgBuild, HostKnowledge } from './host-knowledge.ts';
export type { CfgAtom, CfgDocument, CfgFault, CfgList, CfgSetting, CfgValue } from './model.ts';
export { XL_CFG_RULES } from './rule-table.ts';
export { numberOf, parseCfg, settingOf, textOf, valueOf } from './syntax.ts';
