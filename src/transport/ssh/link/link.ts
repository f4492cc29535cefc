/** A connection that is ready. Two kinds: npm ssh2 (`ssh2/`), and a master of the system's ssh (`master/`) for what ssh2 cannot do. */
export interface Link {
  /** Why the system's ssh is used, for people; undefined: ssh2 does. */
  readonly through?: string;
  /** Starts a command. `full`: the server opens no further session; the command did not run, so trying again is safe. Fails when the connection does. */
  open: (command: string, events: SessionEvents) => Promise<Session | 'full'>;
  /** Calls `listener` once when the connection ends, for any reason. Returns a function that unsubscribes. */
  onEnded: (listener: () => void) => () => void;
  /** Ends the connection and removes what it left here. May be called again, and after it is gone. */
  close: () => Promise<void>;
}

/** One command's session. */
export interface Session {
  /** Standard input, and its end. */
  end: (stdin: Buffer | string) => void;
  /** Stops listening. What runs there goes on: what must end is ended by its mark. */
  close: () => void;
}

export interface SessionEnd {
  /** null: ended by a signal. */
  readonly code: number | null;
  /** `SIGKILL` and the like. */
  readonly signal: string | null;
}

/** May be called before `open` has answered. A session that is closed without an exit was lost. */
export interface SessionEvents {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  readonly exit: (end: SessionEnd) => void;
  readonly closed: () => void;
}
