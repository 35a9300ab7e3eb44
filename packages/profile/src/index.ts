export type { ProfileFormat } from './internal/formats.ts';
export type { FunctionKey } from './internal/function-key.ts';
export type { CallerNumbers, CallerStats, FunctionStats, Table, Waits } from './internal/table.ts';
export { Profile, type ProfileMode, type ProfileOptions, type ProfilerEntry } from './profile.ts';
export { type ProfileFunctionOptions, profile } from './profile-function.ts';
export { type RunOptions, run, runctx } from './run.ts';
export { SortKey } from './sort-key.ts';
export {
  type ProfileLike,
  type ReportStream,
  type Restriction,
  Stats,
  type StatsOptions,
  type StatsSource,
} from './stats.ts';
export type { FunctionProfile, StatsProfile } from './stats-profile.ts';
