/** What became of a command that was given to a switch. */
export type CommandResult<Body = string> =
  | { readonly outcome: 'ok'; readonly body: Body }
  /** The switch answered with an error. */
  | { readonly outcome: 'error'; readonly error: string }
  /** Never sent: no connection, or an argument that must not be sent. */
  | { readonly outcome: 'unsent'; readonly error: string }
  /** Sent, but the answer did not come in time. */
  | { readonly outcome: 'timeout'; readonly error: string }
  /** Sent, and the connection was lost before the answer. */
  | { readonly outcome: 'lost'; readonly error: string };
