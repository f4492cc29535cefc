/** For each of these arguments there is a shell that changes the argument unless it is quoted correctly. */
export const awkwardWords: readonly string[] = [
  [
    '',
    ' ',
    ' a',
    'a  b ',
    "it's",
    '"q"',
    '`id`',
    '$(id)',
    '$HOME',
    '$1',
    '${2}3',
    ';',
    'a\nb',
    '\n',
    '\\',
    '\\n',
    '\\\\',
    "\\'",
    '*',
    '~',
    '-n',
    '--',
  ],
  ['#x', 'ü→🎪', '{a,b}', '!!', '!x', '! ', '%s', "'", "''", '\t', '&&', '|', '>x', 'a=b', '\u0001\u007f'],
].flat();

/** The name of a folder in which a shell, ssh, sshd, rsync, a URI or a format of time would each change something unless the name is quoted correctly. */
export const awkwardName = String.raw`it's "a" 100%h $HOME \n; #é*[x]%20?y=1&`;
