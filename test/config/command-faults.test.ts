/** Tests the faults of commands that stand on more than one line, and of their words. */
import { describe, expect, test } from 'vitest';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';

const folder = new ClusterFolder();

describe('a command on lines of its own', () => {
  const run = 'cluster.yaml:LAST: pipelines[0].train.run: "5 minutes" is not a duration like 500ms, 30s, 10m, 12h or 7d; try 5m';
  const faultsOf = (value: string): readonly string[] => {
    const lines = value.split('\n').length;
    return folder
      .faultsOf(withPipeline().replace(/train: .*/, () => `train:\n      command:${value}\n      run: 5 minutes`))
      .map((fault) => fault.replace(`yaml:${lines + 9}: pipelines[0].train.run`, 'yaml:LAST: pipelines[0].train.run'));
  };
  const brace = (word: string): string => `command: ${word} has a brace, and YAML reads that as a mapping; try "${word}"`;

  test.each([
    ['\n        - python\n        - {payload}/run.js\n        - --d={payload}', ['11', '[1]', '{payload}/run.js']],
    ['\n      - {payload}/run.js # the program', ['10', '[0]', '{payload}/run.js']],
    ['\n        [python, {payload}/run.js]', ['10', '', '{payload}/run.js']],
    [
      ' [python, # the program\n         {payload}/run.js,\n         --d={payload}]',
      ['10', '[1]', '{payload}/run.js'],
      ['11', '[2]', '--d={payload}'],
    ],
  ])('%j is one fault for each word with a brace', (value, ...words) => {
    expect(faultsOf(value)).toEqual([
      ...words.map(([line, at, word]) => `cluster.yaml:${line}: pipelines[0].train.command${at}: ${brace(word ?? '')}`),
      run,
    ]);
  });

  test.each([
    [' python x.py\n        --foo bar: baz', '[python, x.py, --foo, "bar:", baz]'],
    ['\n        python x.py # the program\n        --foo bar: baz', '[python, x.py, --foo, "bar:", baz]'],
    ['\n        python {payload}/run.js --a: b', '[python, "{payload}/run.js", "--a:", b]'],
    ['\n        {payload}/run.js', '["{payload}/run.js"]'],
  ])('%j is one fault with the list written out', (value, list) => {
    expect(faultsOf(value)).toEqual([expect.stringMatching(/^cluster.yaml:9: pipelines\[0\].train.command: must be a list, not /), run]);
    expect(faultsOf(value)[0]?.split('; try ')[1]).toBe(list);
  });

  test('in braces that go on in the next line', () => {
    const flow = (value: string): readonly string[] =>
      folder.faultsOf(withPipeline().replace(/train: .*/, () => `train: { ${value}, run: 5 minutes }`));
    expect(flow('command: [python,\n       {payload}/run.js]')).toEqual([
      `cluster.yaml:9: pipelines[0].train.command[1]: ${brace('{payload}/run.js')}`,
      run.replace('LAST', '9'),
    ]);
    expect(flow('command: python\n       {payload}/run.js')).toEqual([
      'cluster.yaml:8: pipelines[0].train.command: must be a list, not "python {payload}/run.js"; try [python, "{payload}/run.js"]',
      run.replace('LAST', '9'),
    ]);
    const lines = '{\n      command: node {payload}/run.js,\n      run: 5 minutes }';
    expect(folder.faultsOf(withPipeline().replace(/train: .*/, () => `train: ${lines}`))).toEqual([
      'cluster.yaml:9: pipelines[0].train.command: must be a list, not "node {payload}/run.js"; try [node, "{payload}/run.js"]',
      run.replace('LAST', '10'),
    ]);
  });

  test('a word that is no text in YAML gets quotes', () => {
    expect(faultsOf('\n        - python\n        - --foo: x: y')).toEqual([
      'cluster.yaml:11: pipelines[0].train.command[1]: command: --foo: x: y is no text in YAML; try "--foo: x: y"',
      run,
    ]);
  });
});
