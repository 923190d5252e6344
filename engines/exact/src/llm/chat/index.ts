export type { ChatMessage, ChatTemplate, ChatTool, Conversation } from './chat-template.ts';
export { type ChatTemplateOptions, chatTemplateDigest, createChatTemplate } from './create-chat-template.ts';
export { templateLimits } from './limits.ts';
export { type ChatTemplates, readGgufChatTemplates, readHubChatTemplates } from './read-chat-templates.ts';
