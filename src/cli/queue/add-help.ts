/**
 * The help text of `queue add`. The program tree always needs this text, but the verb's file is loaded only when the verb runs. So the text has a
 * file of its own.
 */
export const queueAddHelp = `
Examples:
  ringmaster queue add hello -- sh -c 'echo hi >&2; echo "{\\"v\\": 1, \\"files\\": [], \\"result\\": {}}" >$RINGMASTER_OUTPUT/manifest.json'
  ringmaster queue add --file items.json      one object, or a list; - reads stdin

  {"id": "eval.7", "command": ["python3", "eval.py"], "labels": ["gpu"], "attemptsMax": 2,
   "limits": {"runSecondsMax": 600, "silentSecondsMax": 60}}

Only id and command are needed. The command must keep docs/payload.md: success is a valid manifest.`;
