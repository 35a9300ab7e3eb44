// A preloaded module that no thread can load. (Number 1 is the hub, which loads none.)
import { threadId } from 'node:worker_threads';

if (threadId > 1) throw new Error('cannot be loaded');
