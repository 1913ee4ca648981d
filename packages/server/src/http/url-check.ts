/** Judges a URL that others gave us, before it is stored; undefined when it is fine, else why not. */
export type UrlCheck = (url: string) => string | undefined;
