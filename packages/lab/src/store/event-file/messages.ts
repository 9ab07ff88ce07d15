import { create, createFileRegistry, type Message } from '@bufbuild/protobuf';
import type { GenMessage } from '@bufbuild/protobuf/codegenv2';
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

type Value = Message<'tensorboard.Summary.Value'> & { tag: string; simpleValue: number };
type Summary = Message<'tensorboard.Summary'> & { value: Value[] };
export type Event = Message<'tensorboard.Event'> & {
  /** Seconds since 1970. */
  wallTime: number;
  step: bigint;
  fileVersion: string;
  summary?: Summary;
};

const optional = Label.OPTIONAL;

/** What is written of TensorBoard's messages (tensorboard/compat/proto, `event.proto` and `summary.proto`). */
const file = create(FileDescriptorProtoSchema, {
  name: 'event.proto',
  package: 'tensorboard',
  syntax: 'proto2',
  messageType: [
    {
      name: 'Event',
      field: [
        { name: 'wall_time', number: 1, label: optional, type: Type.DOUBLE },
        { name: 'step', number: 2, label: optional, type: Type.INT64 },
        { name: 'file_version', number: 3, label: optional, type: Type.STRING },
        { name: 'summary', number: 5, label: optional, type: Type.MESSAGE, typeName: '.tensorboard.Summary' },
      ],
    },
    {
      name: 'Summary',
      field: [
        {
          name: 'value',
          number: 1,
          label: Label.REPEATED,
          type: Type.MESSAGE,
          typeName: '.tensorboard.Summary.Value',
        },
      ],
      nestedType: [
        {
          name: 'Value',
          field: [
            { name: 'tag', number: 1, label: optional, type: Type.STRING },
            { name: 'simple_value', number: 2, label: optional, type: Type.FLOAT },
          ],
        },
      ],
    },
  ],
});

/** One record of an event file. */
export const EventSchema = createFileRegistry(file, () => undefined).getMessage(
  'tensorboard.Event',
) as GenMessage<Event>;
