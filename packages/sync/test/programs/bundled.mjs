import * as sync from '@prac/sync';
import { useBundle } from '@prac/sync/bundle';
import { cases } from './cases.cjs';

useBundle();
void cases(sync, (value) => value.withSync(() => value.value++), 'bundle');
