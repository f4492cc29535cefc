/** Message numbers of the SSH connection protocol (RFC 4254 §9): only the messages that a session with one command needs. */
export const messageType = {
  globalRequest: 80,
  requestFailure: 82,
  channelOpen: 90,
  channelOpenConfirmation: 91,
  channelOpenFailure: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  channelRequest: 98,
  channelSuccess: 99,
  channelFailure: 100,
} as const;
