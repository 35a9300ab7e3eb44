import type { PresentChapter } from '../framework/chapter.ts';
import { args } from './scenarios/args.ts';
import { barrier } from './scenarios/barrier.ts';
import { barrierAbort } from './scenarios/barrier-abort.ts';
import { condition } from './scenarios/condition.ts';
import { daemon } from './scenarios/daemon.ts';
import { daemonJoin } from './scenarios/daemon-join.ts';
import { daemonJoinTimeout } from './scenarios/daemon-join-timeout.ts';
import { enumerate } from './scenarios/enumerate.ts';
import { event } from './scenarios/event.ts';
import { local } from './scenarios/local.ts';
import { localDefaults } from './scenarios/local-defaults.ts';
import { lock } from './scenarios/lock.ts';
import { lockNoblock } from './scenarios/lock-noblock.ts';
import { lockReacquire } from './scenarios/lock-reacquire.ts';
import { lockWith } from './scenarios/lock-with.ts';
import { names } from './scenarios/names.ts';
import { rlock } from './scenarios/rlock.ts';
import { semaphore } from './scenarios/semaphore.ts';
import { simple } from './scenarios/simple.ts';

export const threading: PresentChapter = {
  name: 'threading',
  title: 'several things at once in one process, and how they agree',
  folder: import.meta.dirname,
  scenarios: [
    simple,
    args,
    names,
    daemon,
    daemonJoin,
    daemonJoinTimeout,
    enumerate,
    event,
    lock,
    lockNoblock,
    lockReacquire,
    rlock,
    lockWith,
    condition,
    barrier,
    barrierAbort,
    semaphore,
    local,
    localDefaults,
  ],
};
