import { cifarRecordBytes, parseCifar } from './cifar.js';
import type { DataSetDefinition } from './data-set-info.js';

const recordsPerFile = 10_000;
const format = { labels: 1, label: 0, classes: 10 };
const trainFiles = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const sha256: Readonly<Record<string, string>> = {
  'data_batch_1.bin': 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
  'data_batch_2.bin': 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
  'data_batch_3.bin': 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
  'data_batch_4.bin': '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
  'data_batch_5.bin': '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
  'test_batch.bin': '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
};

/** 60,000 photographs of 32x32 pixels (Krizhevsky, 2009), the training files one after the other. */
export const cifar10: DataSetDefinition = {
  name: 'cifar10',
  title: 'CIFAR-10 photographs, 32x32 in colour',
  shape: [3, 32, 32],
  classes: format.classes,
  classNames: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  trainCount: 50_000,
  testCount: 10_000,
  normalization: { divisor: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  source: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  licence:
    'none stated; the authors ask to cite Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009',
  files: Object.entries(sha256).map(([name, sha256]) => ({
    name,
    bytes: recordsPerFile * cifarRecordBytes(format),
    sha256,
  })),
  downloads: [
    {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      bytes: 170_052_171,
      md5: 'c32a1d4ab5d03f1284b67883e8d87530',
    },
  ],
  folders: ['cifar-10-batches-bin'],
  parse: (files) => ({
    train: parseCifar(
      trainFiles.map((name) => ({ name, bytes: files[name]! })),
      format,
    ),
    test: parseCifar([{ name: 'test_batch.bin', bytes: files['test_batch.bin']! }], format),
  }),
};
