export { type BuiltPage, buildPage } from './build-page.ts';
export { openPage } from './open-page.ts';
export type { OpenedPage } from './read-page.ts';
