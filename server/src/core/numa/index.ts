export type * from './model.ts';
export {
  candidateAt,
  compareLoads,
  type Candidate,
  type CandidateTable,
} from './candidate-sets.ts';
export { buildDomain, isMemoryAwayFromCpus, isPinnedAtHome } from './domain-build.ts';
export type { BuildStatus, DomainAfter, DomainBuild, LogLevel } from './domain-build.ts';
export {
  equalIds,
  expandAffinity,
  formatIds,
  intersectIds,
  isSubset,
  parseIds,
  parseIdSet,
} from './id-set.ts';
export { cpusOfNodes, distanceBetween, nodeIdCount, nodesOfCpus, poolOf } from './host-lookup.ts';
export { memoryNeed, type MemoryNeed } from './need-memory.ts';
export { autoNodeAffinity, isSoftUseful, nodeAffinityOf } from './node-affinity.ts';
export { MAX_NODES_SEARCHED, searchPlacement, type PlacementSearch } from './placement.ts';
export { isComparisonConsistent, rankCandidates } from './ranking.ts';
export {
  decodePlacementVector,
  placementRecord,
  replayVector,
  type VectorResult,
} from './vectors.ts';
export { XapiPlacer } from './xapi-placement.ts';
export { assembleHost, type HostView, type MissingFact } from './assemble.ts';
export { EMPTY_VIEW } from './empty-view.ts';
export type { Fact, InputFacts, InputFormat, InputProblem, Source, SourcedFact } from './facts.ts';
export { EMPTY_GUEST, requestOf, type GuestConfig, type VirtualNode } from './guest-config.ts';
export { HostInputReader, readHostInput } from './read-input.ts';
export type { ParseXml, XmlDocument, XmlElement } from './xml.ts';
export { predictPages, predictVirtualNodes } from './page-allocation.ts';
export type { AllocationRequest, NodeFree, PagePrediction } from './page-allocation.ts';
export { averageDistance, findTraps, type Placed, type Trap } from './traps.ts';
export { placeAsXapi, type XapiOutcome } from './xapi-host.ts';
export { asArray, asNumber, asObject, asText, type Json, type JsonObject } from './json.ts';
export type * from './scheduler/index.ts';
export { runScenario, scenarioDomains, Simulation, uniformHost } from './scheduler/index.ts';
export { explainSearch, whyNoSearch, type SearchExplanation, type SetVerdict } from './explain.ts';
export { domainKey, evaluatePlan, guestKey } from './plan.ts';
export type { Plan, PlanInput, PlannedVm, VmChange } from './plan.ts';
export { planSimulation, type PlanSimulation, type SimulatedPolicy } from './plan-simulation.ts';
