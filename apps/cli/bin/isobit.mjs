#!/usr/bin/env node
// Plain JavaScript for Node 18: starts the command under a Node that runs it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findNode, launch } from '../../../scripts/launch.mjs';

// A clone runs the sources, an installed package what was compiled of them.
const places = ['../src/main.ts', '../src/main.js'].map((place) => new URL(place, import.meta.url));
const main = places.find((place) => existsSync(place)) ?? places[0];

// npx puts the Node of the install first, and then there is no second process to wait for.
if (findNode() === process.execPath) await import(main.href);
else process.exitCode = await launch(fileURLToPath(main), process.argv.slice(2));
