export { ChatIsobit, type ChatIsobitCallOptions, type ChatIsobitFields } from './chat-isobit.ts';
