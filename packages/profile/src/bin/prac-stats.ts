#!/usr/bin/env node
import { browseProfiles } from '../browser.ts';

await browseProfiles(process.argv.slice(2), process.stdin, process.stdout);
