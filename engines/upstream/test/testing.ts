export {
  chunk,
  done,
  event,
  finish,
  type Heard,
  hello,
  type StubServer,
  type StubServing,
  startStub,
  stream,
  usage,
} from './stub-server.ts';
