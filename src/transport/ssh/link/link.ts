/**
 * A connection that is logged in. There are two kinds: npm ssh2 (`ssh2/`), and a master of the system's ssh (`master/`) for hosts that ssh2 cannot
 * reach.
 */
export interface Link {
  /** The reason why the system's ssh is used, in words for an operator. Undefined when npm ssh2 is used. */
  readonly through?: string;
  /**
   * Starts a command. Returns `full` when the server refuses another session. The command did not run in that case, so a caller can safely try again.
   * Rejects when the connection fails.
   */
  open: (command: string, events: SessionEvents) => Promise<Session | 'full'>;
  /**
   * Asks the node's sshd to listen on the loopback of the node, and carries each connection there to an address at home. Returns `refused` when
   * sshd does not listen: the port is taken, or sshd forwards nothing. sshd stops listening when this link ends. Rejects when the connection fails.
   */
  forward: (request: ForwardRequest) => Promise<Forward | 'refused'>;
  /** Calls `listener` once when the connection ends, for any reason. Returns a function that unsubscribes. */
  onEnded: (listener: () => void) => () => void;
  /** Ends the connection and removes its files on this machine. Does nothing when the connection has already ended or `close` was called before. */
  close: () => Promise<void>;
}

export interface ForwardRequest {
  /** The port on the node. With 0, sshd chooses a free port. */
  readonly port: number;
  /** The address at home. */
  readonly to: { readonly host: string; readonly port: number };
  /** Called when a connection is not carried, because `tunnelLimits.connectionsMax` are open. */
  readonly onFull?: () => void;
}

export interface Forward {
  /** The port on the node on which sshd listens. */
  readonly port: number;
  /** Asks sshd to stop listening. */
  readonly stop: () => Promise<void>;
}

/** The loopback address on which sshd listens. An sshd with `GatewayPorts yes` listens on all addresses instead. */
export const forwardHost = '127.0.0.1';

/** SSH_OPEN_CONNECT_FAILED (RFC 4254 §5.1). sshd gives this reason when it refuses a session because MaxSessions is reached. */
export const connectFailed = 2;

/** The session of one command. */
export interface Session {
  /** Sends the standard input and closes it. */
  end: (stdin: Buffer | string) => void;
  /** Closes the session. The command keeps running on the node. A process there can be ended by its mark. */
  close: () => void;
}

export interface SessionEnd {
  /** The exit status. It is null when a signal ended the command. */
  readonly code: number | null;
  /** The signal that ended the command, such as `SIGKILL`. */
  readonly signal: string | null;
}

/**
 * Callbacks of a session. They may be called before `open` returns. When `closed` is called and `exit` was not called before, the connection was
 * lost.
 */
export interface SessionEvents {
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
  readonly exit: (end: SessionEnd) => void;
  readonly closed: () => void;
}
