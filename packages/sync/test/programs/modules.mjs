import * as sync from '@prac/sync';
import { cases } from './cases.cjs';
import { exported } from './library.mjs';

await cases(sync, exported, 'modules');
