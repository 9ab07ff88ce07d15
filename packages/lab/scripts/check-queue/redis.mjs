import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { end, program } from './processes.mjs';

/** A Redis server that keeps what it is told, as `everysec` of its manual does. */
export class Server {
  constructor(host, port, folder) {
    this.host = host;
    this.port = port;
    this.folder = folder;
  }

  get url() {
    return `redis://${this.host}:${this.port}`;
  }

  async start() {
    const place = ['--bind', this.host, '--port', this.port, '--dir', this.folder, '--protected-mode', 'no'];
    const keeping = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
    this.child = program(['redis-server', ...place.map(String), ...keeping, '--loglevel', 'warning']);
    await this.ask((redis) => redis.ping());
  }

  kill() {
    return end(this.child, 'SIGKILL');
  }

  stop() {
    return end(this.child);
  }

  async ask(question) {
    const redis = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
    redis.on('error', () => {});
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** What is left of the experiment, after workers have had the time to drop jobs that nobody wants any more. */
  async left() {
    let found = [];
    for (let i = 0; i < 60; i++) {
      found = await this.ask(async (redis) => {
        const keys = await redis.keys('*');
        return keys.filter((key) => !/^bull:spectrain:(meta|id|events|marker|stalled-check)$/.test(key));
      });
      if (found.length === 0) return found;
      await sleep(500);
    }
    return found;
  }
}
