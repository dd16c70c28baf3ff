export {
  decodeBits,
  decodeKnownBits,
  decodeLetters,
  decodeValue,
  readDecodeTables,
  type DecodeEntry,
  type DecodeTable,
  type DecodeTables,
} from './decode.ts';
export { readMessages, type MessageKind, type MessageSource } from './messages.ts';
export {
  readScaffold,
  type Scaffold,
  type ScaffoldCheck,
  type ScaffoldFact,
  type ScaffoldRedaction,
  type ScaffoldSection,
} from './scaffold.ts';
export {
  advisoriesNotFixedIn,
  describeAdvisory,
  findAdvisoryMentions,
  parseXenVersion,
  readAdvisories,
  touchesFile,
  type Advisories,
  type Advisory,
  type AdvisoryMention,
} from './xsa.ts';
export {
  decodeNodeBook,
  NodeBook,
  nodeNamePattern,
  type NodeSide,
  type XenstoreNode,
} from './xenstore-nodes.ts';
export { decodeRingMacros, type RingMacro } from './ring-macros.ts';
export {
  decodePvProtocols,
  type ConstantFact,
  type FieldFact,
  type PvProtocols,
  type StructFact,
} from './pv-protocols.ts';
