/** What other packages' tests take from here, as `@isobit/store/testing`. */
export { HUB_TOKEN, type HubRepo, type HubServer, startHub } from './hub/hub-server.ts';
