import { expect, test } from 'vitest';
import { flagPlace } from '../input/field-place.js';
import { parseProbes, requireProbes } from './probe-settings.js';

test('reads names and intervals', () => {
  expect(parseProbes('--probe', 'gain, temporal:256')).toEqual([
    { name: 'gain' },
    { name: 'temporal', every: 256 },
  ]);
});

test.each([
  ['gain:0', '--probe gain: found "0"; allowed: a whole number >= 1'],
  ['gain:1:2', '--probe: found "gain:1:2"; allowed: NAME or NAME:EVERY'],
])('refuses %s', (text, message) => {
  expect(() => parseProbes('--probe', text)).toThrow(message);
});

test.each([
  ['gian', 'digits', /^--probe: found "gian"; allowed: gain, .*; nearest: gain$/],
  ['function', 'text', /function needs a sum of sines or a class for each example$/],
  ['predictions', 'sines:k=1,2', /predictions needs a class for each example$/],
  ['boundary', 'text', /boundary needs a class for each example$/],
  ['temporal:7', 'digits', /allowed: temporal every 8 steps or more$/],
  ['boundary,predictions', 'digits', /boundary or predictions, which are one for digits$/],
])('refuses %s for %s', (probes, task, message) => {
  const check = () => requireProbes(parseProbes('--probe', probes), { task }, flagPlace('--optimizers'));
  expect(check).toThrow(message);
});

test.each([
  ['gain,temporal,function,curvature,boundary', 'digits'],
  ['boundary,predictions,function', 'spirals:k=1'],
  ['function,gain', 'sines:k=1-3'],
  ['function,curvature', 'gratings'],
  ['gain,temporal,curvature', 'text'],
])('allows %s for %s', (probes, task) => {
  requireProbes(parseProbes('--probe', probes), { task }, flagPlace('--optimizers'));
});

test('refuses all on webgpu', () => {
  expect(() =>
    requireProbes([{ name: 'gain' }], { task: 'digits', provider: 'webgpu' }, flagPlace('--optimizers')),
  ).toThrow('--probe: found "gain"; allowed: none with the provider webgpu');
});
