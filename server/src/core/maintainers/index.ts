export type {
  ListAddress,
  Mailbox,
  MaintainerRole,
  MaintainersAnswer,
  MaintainersEntry,
  MaintainersFile,
  MaintainersSection,
  MaintainersTag,
  Responsible,
  RoutedFile,
} from './model.ts';
export { parseMailboxes, parseMaintainers, theRest } from './parse.ts';
export { indexMaintainers, type MaintainersIndex } from './routing.ts';
