/** Where a tool is to ask, and for what. */
export interface Gateway {
  /** Such as `http://127.0.0.1:4620`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string;
}

/** A program that asks language models, by the file of its settings. */
export interface Tool {
  readonly name: string;
  /** Program that starts it. */
  readonly command: string;
  /** Absolute path of its settings. */
  settings(env: NodeJS.ProcessEnv, home: string): string;
  /**
   * The settings with the gateway in them.
   *
   * @param text undefined where there are none yet
   * @throws CodedError `FILE` for settings that cannot be read as what they are
   */
  apply(text: string | undefined, gateway: Gateway): string;
  /**
   * The settings as they are now, with what `apply` changed as it was before; undefined where nothing is left.
   *
   * @param before as `apply` was given it
   * @throws CodedError as `apply`
   */
  remove(text: string, before: string | undefined): string | undefined;
}
