import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../input/input-error.js';
import { testConfig } from '../testing/test-config.js';
import { type Payload, parsePayload } from './payload.js';

const payload: Payload = {
  format: 1,
  experiment: '0123456789abcdef',
  config: testConfig(),
  checkpoint: { seconds: 60, last: 2, best: false },
};
const withConfig = (more: object) => ({ ...payload, config: { ...payload.config, ...more } });

describe('a payload', () => {
  test('is read as it was written', () => {
    expect(parsePayload(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
  });

  test.each([
    [null, 'payload: found null; allowed: '],
    [{ ...payload, format: 2 }, 'payload.format: found 2; allowed: a whole number from 1 to 1'],
    [{ ...payload, experiment: '../..' }, 'payload.experiment: found "../.."'],
    [{ ...payload, config: [] }, 'payload.config: found a list'],
    [{ ...payload, checkpoint: {} }, 'payload.checkpoint.seconds: found nothing'],
    [withConfig({ task: '/etc/passwd' }), 'config: task: found'],
    [withConfig({ epochs: 0.5 }), 'config: epochs: found 0.5; allowed: a whole number'],
    [withConfig({ trial: '../../x' }), 'config: trial: found'],
    [withConfig({ model: 'wrm-16-1' }), 'config: model: found "wrm-16-1"'],
  ])('%j is refused', (json, message) => {
    expect(() => parsePayload(json)).toThrow(message);
  });

  test('cannot name files of the worker', () => {
    const text = { file: '/etc/passwd', context: 8 };
    expect(() => parsePayload(withConfig({ task: 'text', text }))).toThrow('--task');
    expect(() => parsePayload(withConfig({ text }))).toThrow('only with the task text');
    expect(() => parsePayload(withConfig({ model: '/tmp/model.onnx' }))).toThrow('--model');
  });

  test('that was tampered with is accepted, or refused in one line', () => {
    const fields = Object.keys(payload);
    const inner = Object.keys(payload.config);
    fc.assert(
      fc.property(
        fc.constantFrom(...fields, ...inner.map((name) => `config.${name}`)),
        fc.jsonValue(),
        (path, value) => {
          const [outer, name] = path.split('.');
          const json = name === undefined ? { ...payload, [outer!]: value } : withConfig({ [name]: value });
          try {
            parsePayload(json);
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
            expect((error as Error).message).not.toContain('\n');
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
