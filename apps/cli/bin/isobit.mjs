#!/usr/bin/env node
// Plain JavaScript for Node 18: starts the command under a Node that runs TypeScript.
import { findNode, launch } from '../../../scripts/launch.mjs';

// npx puts the Node of the install first, and then there is no second process to wait for.
if (findNode() === process.execPath) await import('../src/main.ts');
else process.exitCode = await launch('apps/cli/src/main.ts', process.argv.slice(2));
