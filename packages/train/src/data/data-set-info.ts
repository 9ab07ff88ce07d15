import type { ClassificationSplit, Normalization } from '../types.js';

/** What is known about a data set before it is loaded. */
export interface DataSetInfo {
  readonly name: string;
  readonly title: string;
  /** Shape of one example. */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly classNames: readonly string[];
  /** Number of training and of test examples. */
  readonly trainCount: number;
  readonly testCount: number;
  readonly normalization: Normalization;
  /** The one to take when none is named. */
  readonly default?: true;
  /** It ships with the package, so that there is nothing to download. */
  readonly embedded?: true;
  /** Where its authors describe it. */
  readonly source: string;
  readonly licence: string;
  /** The files it is read from. */
  readonly files: readonly DataFile[];
  /** What to download to get {@link files}; empty when {@link embedded}. */
  readonly downloads: readonly DataDownload[];
  /** Folders in which others keep the files, below one for all data, besides one called {@link name}. */
  readonly folders: readonly string[];
}

/**
 * A file, unpacked. Checksums are of the contents, so that it does not matter which gzip packed it; a file without one is held to
 * its size, and to the checksum of its download.
 */
export interface DataFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256?: string;
}

/** A packed file, `.gz`, or a packed folder of files, `.tar.gz`. */
export interface DataDownload {
  readonly url: string;
  readonly bytes: number;
  /** As published with the file. */
  readonly md5: string;
}

/** A data set with the parser of its files. */
export interface DataSetDefinition extends DataSetInfo {
  /** @param files contents by name; @throws DataError when they are not what they should be */
  readonly parse: (files: Readonly<Record<string, Uint8Array>>) => {
    readonly train: ClassificationSplit;
    readonly test: ClassificationSplit;
  };
}

/** How far reading or downloading a data set has come. */
export interface DataProgress {
  /** The file that was read, or is being downloaded. */
  readonly file: string;
  /** Bytes done, of all files together. */
  readonly bytes: number;
  readonly totalBytes: number;
}
