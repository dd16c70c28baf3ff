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
