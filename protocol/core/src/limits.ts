const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** Every limit of the protocol and why it has its value. Sizes in bytes, times in milliseconds. */
export const limits = {
  /** A canonical document (manifest, receipt, name…) that is not a request, response or evidence: fits one gossip message. */
  documentBytes: 256 * KiB,
  /** Nesting of a canonical document: deeper than any spec needs, far from the stack's end. */
  documentDepth: 32,
  /** Commas outside strings in one document: a million members of one object cost seconds, these under one. */
  documentValues: 400_000,
  /** A request or response: tensors in base64; larger inputs are batched by the client. */
  exchangeBytes: 64 * MiB,
  /** An evidence file: request, response, manifest, trace and proofs together. */
  evidenceBytes: 192 * MiB,
  /** Canonical bytes of evidence that travels inside a URL: browsers and chats cut links above some 64 KiB. */
  fragmentBytes: 32 * KiB,
  /** Files of one manifest. */
  manifestFiles: 1_000,
  /** Path of one file inside a manifest, in bytes. */
  manifestPathBytes: 255,
  /** One file of a model: 2^43 bytes, so that a block tree has at most 2^23 leaves (256 MiB of hashes). */
  fileBytes: 8 * 1024 * GiB,
  /** A block of the block tree: large enough to keep the tree small, small enough to re-fetch. */
  blockBytes: MiB,
  /** Inputs or outputs of one model. */
  tensors: 256,
  /** Dimensions of one tensor. */
  tensorRank: 8,
  /** Elements of one tensor: addressable by a 32-bit engine. */
  tensorElements: 2 ** 28,
  /** Length of any name (model, tensor, node, file) in UTF-8 bytes. */
  nameBytes: 512,
  /** Receipts under one batch signature. */
  batchReceipts: 1_024,
  /** Leaves of one trace: operators of a model. Twenty values each fit `documentValues`. */
  traceLeaves: 20_000,
  /** Tokens of one trace, over all choices: three commas each stay within `documentValues`. */
  traceTokens: 2 ** 17,
  /** Messages of a chat: more turns than the longest context holds. */
  chatMessages: 4_096,
  /** Tools that a chat offers, and calls that one message holds: what the largest providers take. */
  chatTools: 128,
  /** Token ids in one list, a prompt's or an answer's: one comma each, and room for the other members. */
  tokenList: 2 ** 18,
  /** Tokens that a request may ask for: the positions of `llm-exact-1`; the context ends an answer too. */
  answerTokens: 2 ** 19,
  /** Answers to one request: they share its prompt's work, and each holds a cache of its own. */
  textChoices: 16,
  /** Alternatives listed with a token's log probability: what clients of other servers may ask for. */
  textAlternatives: 20,
  /** What one token says, in bytes: as much as a tokenizer's entry may have; published ones reach 300. */
  textTokenBytes: 1_024,
  /** Stop strings of one request: each is sought after every token. */
  textStops: 16,
  /** One stop string in bytes: the tail of an answer that is held back while it may still grow into one. */
  textStopBytes: 256,
  /** Tokens whose logit a request may move. */
  textBiases: 1_024,
  /** Labels that a question of OpenAI's may have its answer repeat: the API's own number. */
  answerLabels: 16,
  /** Characters of JSON of all that an answer repeats of such a question: a stream does so three times, and begins with two. */
  answerSettings: MiB,
  /** A grammar, or the JSON text of a schema, in bytes: compiling one costs a multiple of its size. */
  grammarBytes: 128 * KiB,
  /** Tokens of one piece of a text that is told as it comes: sixteen answers with alternatives still fit a document. */
  pieceTokens: 16,
  /** Characters of one piece of a server's words: sixteen answers, each character six bytes in JSON, still fit a document. */
  pieceText: 2_048,
  /** Characters of one answer that are told without tokens: four to a token of the longest context, and no endless stream. */
  untokenedText: 2 ** 21,
  /** Texts that one request embeds. */
  embeddingTexts: 256,
  /** Signature lines read in one note; C2SP asks for at least 16. */
  noteSignatures: 64,
  /** A note with all its signatures. */
  noteBytes: 64 * KiB,
  /** Entries of a log that one proof may speak of (2^53 is where integers end in JSON). */
  logSize: Number.MAX_SAFE_INTEGER,
  /** A log entry: tlog-tiles stores its length in 16 bits. */
  logEntryBytes: 65_535,
  /** How far a receipt's clock may run ahead of the verifier's. */
  clockSkewMs: 5 * 60_000,
  /** An ONNX file: protobuf's own limit. */
  onnxBytes: 2 * GiB - 1,
  /** Fields of one ONNX file that are read: some forty for each node of the largest graph. */
  onnxFields: 4_000_000,
  /** Nodes of one ONNX model, with those of its subgraphs and with its functions expanded: as many as a trace holds. */
  onnxNodes: 100_000,
  /** Nesting of an ONNX model's graphs, types and functions: exporters need three or four. */
  onnxGraphDepth: 16,
  /** Inputs or outputs of one ONNX node, as in a step of a trace. */
  onnxNodeValues: 4_096,
  /** A job: a request and a few hundred bytes around it. */
  jobBytes: 65 * MiB,
  /** A job's answer: receipt, response, trace and log proof; half of an evidence file, which holds the request and manifest too. */
  jobAnswerBytes: 130 * MiB,
  /** Time that a job may ask for: long enough for a large model on a slow machine, short enough to free a forgotten slot. */
  jobDeadlineMs: 3_600_000,
  /** Witness cosignatures that a job may wait for: more than any witness policy asks. */
  jobWitnesses: 16,
  /** Text of a job error, in bytes: a sentence for a person. */
  jobMessageBytes: 2_048,
  /** Models that one offer prices, and models that it holds: the offer still fits one gossip message. */
  offerModels: 1_000,
  /** Profiles of one model in an offer, and roles of a node: a handful exist. */
  offerProfiles: 8,
  offerRoles: 16,
  /** Base URLs of one node, and its multiaddrs: one a network interface, a name and a proxy. */
  offerUrls: 8,
  /** Length of one such URL in bytes. */
  offerUrlBytes: 512,
  /** From issue to expiry of an offer: a dead node is forgotten soon after. */
  offerLifetimeMs: 10 * 60_000,
  /** Silence after which a pull leaves a connection: longer than a slow disk or a retransmission. */
  pullIdleMs: 15_000,
  /** Time for one block to arrive, however it drips: 9 KB/s, below which a source is no help. */
  pullBlockMs: 120_000,
  /** Failures in a row, without one verified block between them, after which a source is left. */
  pullAttempts: 5,
  /** Connections to one source: the second works while the first waits for its next answer. */
  pullConnections: 2,
  /** Blocks of one range request: few enough that a request is short, enough that round trips do not count. */
  pullRangeBlocks: 64,
  /** Files of a model pulled at once. */
  pullFiles: 4,
  /** An inference body with its binary part: 48 MiB of elements are `exchangeBytes` in base64. */
  inferBytes: 48 * MiB,
  /** The JSON of an inference body: four times larger than the same elements in binary, which it should then be. */
  inferJsonBytes: 32 * MiB,
  /** Values in the JSON of an inference body: images by the batch; more would cost gigabytes of objects. */
  inferValues: 4_000_000,
  /** A body of another API: a chat of the longest context is a few MiB of text. */
  apiBytes: 32 * MiB,
  /** Silence of a client in the middle of a body: longer than any retransmission. */
  bodyIdleMs: 15_000,
  /** Time for a whole body, however it drips: 48 MiB at 4 Mbit/s. */
  bodyTotalMs: 120_000,
  /** Bodies that a gateway holds in memory at once: eight of the largest; the next waits its turn elsewhere. */
  bodyBufferBytes: 512 * MiB,
  /** Deadline of an inference whose client names none: a cold model on a slow machine. */
  inferDeadlineMs: 60_000,
  /** Deadline of a text whose client names none: a long answer of a large model on a slow machine. */
  textDeadlineMs: 600_000,
  /** Silence of a stream after which a sign of life is sent, and a head that waits for words: proxies leave after a minute. */
  streamIdleMs: 15_000,
  /** Answers whose evidence a gateway holds in memory for those who asked: a long conversation, or a batch. */
  recentAnswers: 256,
  /** Bytes of all of it: an answer is some kilobytes, with the log probabilities of every token a megabyte. */
  recentBytes: 64 * MiB,
  /** Time after which it is forgotten: long enough to look at an answer that was read. */
  recentMs: 3_600_000,
  /** Questions that one key may have under way at a gateway: a busy program's, and no reason for others to wait. */
  askerQuestions: 16,
  /** Keys that an operator gave out: each request is compared with all of them, in some 300 microseconds. */
  accessKeys: 1_000,
  /** Questions a minute that a key's limit may allow: the time of each is kept; a larger limit is none. */
  keyRequestsPerMinute: 10_000,
  /** Questions at once that a key's limit may allow: each costs a connection and a place in a queue. */
  keyConcurrent: 256,
  /** Workers of which a gateway keeps how they did: more than offer any one model. */
  routedWorkers: 1_024,
  /** Kinds of runs, one worker's, whose times are kept apart: models that it is asked for at a time. */
  routedSorts: 16,
  /** Conversations of which a gateway keeps who answered last: more than go on at once; 128 bytes each. */
  routedPrefixes: 4_096,
  /** Characters of a line or an event of an upstream's stream: a chunk of it is some hundred bytes, one with a whole call some kilobytes. */
  upstreamEventText: MiB,
  /** All of an upstream's stream: some hundred bytes around each token of the longest answers. */
  upstreamStreamBytes: 64 * MiB,
  /** Tokens that an upstream may state of a prompt: more than any context. */
  upstreamPromptTokens: 2 ** 24,
  /** Numbers of one embedding of an upstream: several times those of the largest models. */
  upstreamWidth: 2 ** 16,
  /** Silence of an upstream, before its answer and within: a large model that loads, or reads a long prompt. */
  upstreamStallMs: 120_000,
  /** How long an upstream may put off: more is no hint to wait. */
  upstreamRetryMs: 3_600_000,
  /** Characters of an upstream's refusal that its asker is told. */
  upstreamRefusal: 300,
  /** An upstream's list of models, or its refusal, in bytes. */
  upstreamListBytes: 4 * MiB,
  /** Models that one upstream is offered with: an offer holds a thousand. */
  upstreamModels: 256,
  /** Questions under way at one upstream: beyond, it queues them unseen. */
  upstreamRuns: 256,
  /** Evidence that the receipt page opens: a tab that parses more stalls or dies; the command line reads the rest. */
  pageEvidenceBytes: 100 * MiB,
  /** A model file that a tab runs: it stands in memory twice beside the engine's 4 GiB. */
  pageModelBytes: GiB,
  /** Time that a tab's worker may stay silent, in a run for one: longer than any model meant for a tab, shorter than patience. */
  pageSilenceMs: 120_000,
} as const;
