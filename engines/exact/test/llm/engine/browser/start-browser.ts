import { chromiumPath } from '@isobit/testing';
import { type Browser, chromium } from 'playwright-core';

export function startBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  return chromium.launch({
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    ...(executablePath ? { executablePath } : {}),
  });
}
