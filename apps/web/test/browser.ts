import { chromiumPath } from '@isobit/testing';
import { type Browser, chromium } from 'playwright-core';

/** Keeps Chromium from asking anybody but the page's own addresses. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function startBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  return chromium.launch({ args: FLAGS, ...(executablePath ? { executablePath } : {}) });
}
