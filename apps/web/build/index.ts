export { type BuiltPage, buildPage } from './build-page.ts';
export { type OpenedPage, openPage } from './open-page.ts';
