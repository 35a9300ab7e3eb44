// Run by tsx: what Node itself does not take, in the thread, too.
import { Thread } from '@prac/sync';
// @ts-expect-error: an import without an extension
import { Colour, helper } from './tsx-helper';

const thread = new Thread({ target: () => console.log(helper(Colour.Green)) });
thread.start();
