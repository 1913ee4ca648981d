/** How a C8 meets the creation of a bill. */
export type C8Behaviour =
  | { readonly kind: 'ok' }
  /** Makes it after so long, and answers then: too late for who does not wait. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Makes it and answers 500. */
  | { readonly kind: 'made-500' }
  /** Makes it and never answers. */
  | { readonly kind: 'made-silent' }
  /** Makes it and breaks the connection. */
  | { readonly kind: 'made-reset' }
  /** Makes it and answers with what no program can read. */
  | { readonly kind: 'made-garbage' }
  /** Makes it and sends its answer twice. */
  | { readonly kind: 'answers-twice' }
  /** Makes nothing and answers 500. */
  | { readonly kind: 'broken' }
  /** Makes nothing and breaks the connection. */
  | { readonly kind: 'reset' };
