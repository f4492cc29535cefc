/** Which Temporal server a cluster uses. The kind changes only by a word in the cluster file. */
import { describe, expect, test } from 'vitest';
import { chooseServer, isOwnAddress, type ServerQuestion } from '../../src/domain/cluster/choose-server.ts';

const port = 7_233;
const own = { isChosen: true, embedded: true, address: '127.0.0.1:7233', port, namespace: 'default' };
const far = { isChosen: true, embedded: false, address: 'far:7233', port, namespace: 'games' };
const names = (address: string, namespace?: string) => ({
  address,
  from: 'TEMPORAL_ADDRESS',
  ...(namespace === undefined ? {} : { namespace: { name: namespace, from: 'TEMPORAL_NAMESPACE' } }),
});
const chosen = (question: Partial<ServerQuestion>) => chooseServer({ file: {}, named: undefined, port, before: undefined, ...question });

describe('without a word in the cluster file', () => {
  test('a first start uses what the environment names, else its own server', () => {
    expect(chosen({})).toMatchObject({ server: 'own', address: '127.0.0.1:7233' });
    expect(chosen({ named: names('far:7233', 'games') })).toMatchObject({
      server: 'external',
      address: 'far:7233',
      namespace: 'games',
    });
  });

  test.each(['127.0.0.1:7233', 'localhost:7233', 'LOCALHOST', '[::1]:7233', 'http://127.0.0.1:7233', '127.0.1.1:7233'])(
    '%s is the own server',
    (address) => {
      for (const before of [undefined, own]) {
        const choice = chosen({ named: names(address), before });
        expect(choice).toMatchObject({ server: 'own', address: '127.0.0.1:7233' });
        expect(choice.passedOver).toBeUndefined();
      }
    },
  );

  test('a name of this machine with the own port is the own server, and with another port an external one', () => {
    const here = (address: string) => ({ ...names(address), isHere: true });
    expect(chosen({ named: here('vm:7233') })).toMatchObject({ server: 'own', address: '127.0.0.1:7233' });
    expect(chosen({ named: here('vm:7234') })).toMatchObject({ server: 'external', address: 'vm:7234' });
    expect(chosen({ named: here('vm:7233'), isPortTaken: true })).toMatchObject({ server: 'external', address: 'vm:7233' });
  });

  test('a running cluster keeps its server, and the server that was passed over is named', () => {
    expect(chosen({ named: names('far:7233'), before: own })).toMatchObject({
      server: 'own',
      passedOver: expect.stringContaining('temporal.server: external') as string,
    });
    expect(chosen({ before: far })).toMatchObject({ server: 'external', address: 'far:7233', namespace: 'games' });
    expect(chosen({ named: names('other:7233'), before: far })).toMatchObject({
      server: 'external',
      address: 'far:7233',
      passedOver: expect.stringContaining('temporal.address: other:7233') as string,
    });
  });

  test('a cluster that an older version moved to its own address as an external server is healed', () => {
    expect(chosen({ before: { ...far, address: 'localhost:7233', isChosen: false } })).toMatchObject({ server: 'own' });
  });

  test('at the first start, another server on the own port is an external one, and stays it', () => {
    const here = names('127.0.0.1:7233');
    expect(chosen({ named: here, isPortTaken: true })).toMatchObject({ server: 'external', address: here.address });
    expect(chosen({ isPortTaken: true })).toMatchObject({ server: 'own' });
    expect(chosen({ named: here, before: { ...far, address: here.address } })).toMatchObject({ server: 'external' });
  });

  test('the port of the running server counts as well when the file has another one', () => {
    expect(chosen({ port: 9_000, before: own, named: names('127.0.0.1:7233') })).toMatchObject({ server: 'own', address: '127.0.0.1:9000' });
  });
});

describe('with a word in the cluster file', () => {
  test('own is own, whatever the environment and the past say', () => {
    expect(chosen({ file: { server: 'own' }, named: names('far:7233'), before: far })).toMatchObject({ server: 'own' });
  });

  test('external takes the address of the file, else of an external server before, else of the environment', () => {
    const file = { server: 'external' } as const;
    expect(chosen({ file: { ...file, address: 'near:1' }, named: names('far:7233'), before: own })).toMatchObject({ address: 'near:1' });
    expect(chosen({ file, named: names('other:7233', 'guest'), before: far })).toMatchObject({
      server: 'external',
      address: 'far:7233',
      namespace: 'games',
      passedOver: 'TEMPORAL_ADDRESS names other:7233, which is not used; temporal.address: other:7233 in the cluster file would use it',
    });
    expect(chosen({ file, named: names('other:7233', 'guest'), before: own })).toMatchObject({ address: 'other:7233', namespace: 'guest' });
    expect(chosen({ file, before: far })).toMatchObject({ address: 'far:7233' });
    expect(chosen({ file: { address: 'near:1' } })).toMatchObject({ server: 'external', address: 'near:1' });
    expect(() => chosen({ file, before: own })).toThrow(expect.objectContaining({ code: 'config.invalid' }) as Error);
  });
});

describe('the namespace', () => {
  const external = { server: 'external' } as const;

  test.each([undefined, 'default', 'guest'])('of a running cluster stays when the environment names %s', (namespace) => {
    const passedOver =
      namespace === undefined
        ? undefined
        : `TEMPORAL_NAMESPACE names the namespace ${namespace}, which is not used; temporal.namespace: ${namespace} in the cluster file would use it`;
    for (const file of [{}, external, { ...external, address: 'far:7233' }])
      expect(chosen({ file, named: names('far:7233', namespace), before: far })).toEqual(
        expect.objectContaining({ address: 'far:7233', namespace: 'games', ...(passedOver === undefined ? {} : { passedOver }) }),
      );
    const lab = { ...own, namespace: 'lab' };
    expect(chosen({ named: names('127.0.0.1:7233', namespace), before: lab })).toMatchObject({
      server: 'own',
      namespace: 'lab',
      ...(passedOver === undefined ? {} : { passedOver }),
    });
  });

  test('that is in use, or that nothing names, is not passed over', () => {
    for (const named of [undefined, names('far:7233'), names('far:7233', 'games')]) expect(chosen({ named, before: far }).passedOver).toBeUndefined();
  });

  test('of the cluster file counts before every other', () => {
    for (const before of [undefined, far, own])
      expect(chosen({ file: { ...external, address: 'far:7233', namespace: 'lab' }, named: names('far:7233', 'guest'), before })).toMatchObject({
        namespace: 'lab',
        passedOver: expect.stringContaining('temporal.namespace: guest') as string,
      });
    expect(chosen({ file: { namespace: 'lab' }, before: own })).toMatchObject({ server: 'own', namespace: 'lab' });
  });

  test('stays when the cluster file names another external server and no namespace', () => {
    expect(chosen({ file: { address: 'new:7233' }, named: names('new:7233', 'guest'), before: far })).toMatchObject({
      address: 'new:7233',
      namespace: 'games',
    });
  });

  test('is not taken from a server of the other kind', () => {
    expect(chosen({ file: { server: 'own' }, before: far })).toMatchObject({ namespace: 'default' });
    expect(chosen({ file: { address: 'far:7233' }, before: { ...own, namespace: 'lab' } })).toMatchObject({ namespace: 'default' });
  });
});

test('an own address is a loopback name with the own port', () => {
  for (const address of ['localhost', '::1', 'localhost.:7233', 'ip6-localhost:7233', '[::]:7233', '127.1:7233', 'dns:///127.0.0.1:7233'])
    expect(isOwnAddress(address, 7_233), address).toBe(true);
  for (const address of ['127.0.0.1:7234', 'temporal.example.org:7233', 'localhost.example.org:7233', '', '10.0.0.1:7233']) {
    expect(isOwnAddress(address, 7_233)).toBe(false);
  }
});
