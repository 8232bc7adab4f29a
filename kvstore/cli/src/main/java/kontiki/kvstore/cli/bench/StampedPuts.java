package kontiki.kvstore.cli.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;

/**
 * Writes the keys by turns. A value begins with the write's number, from 0 in each round, and the
 * time when it was sent, so that a watcher knows both. One client sends; any thread may ask.
 */
final class StampedPuts extends UnaryRequest<PutRequest, PutResponse> {
  /** A number and a time. */
  static final int STAMP_BYTES = 2 * Long.BYTES;

  private final KeySpace.Keys keys;
  private final byte[] value;
  private final ByteString sent;
  private final Set<Long> uncertain = ConcurrentHashMap.newKeySet();
  private volatile long next;

  StampedPuts(Target target, KeySpace keys, Values values) {
    super(target.channel(target.connections() - 1), KVGrpc.getPutMethod());
    this.keys = keys.inOrder().keys(0, 1);
    this.value = values.source(0).next().toByteArray();
    this.sent = UnsafeByteOperations.unsafeWrap(value);
  }

  /** What a value says: the write's number. */
  static long number(ByteString value) {
    return value.asReadOnlyByteBuffer().getLong(0);
  }

  /** What a value says: when it was sent, as this process counts nanoseconds. */
  static long sentAt(ByteString value) {
    return value.asReadOnlyByteBuffer().getLong(Long.BYTES);
  }

  /** Writes that were sent. */
  long end() {
    return next;
  }

  /** Whether a write failed, so that nobody knows if it was done. */
  boolean isUncertain(long number) {
    return uncertain.contains(number);
  }

  @Override
  public void send(Answer answer) {
    long number = next;
    super.send(
        new Answer() {
          @Override
          public void done(long bytes) {
            answer.done(bytes);
          }

          @Override
          public void failed(String code) {
            uncertain.add(number);
            answer.failed(code);
          }
        });
  }

  @Override
  PutRequest message() {
    keys.choose();
    long number = next;
    ByteBuffer.wrap(value).putLong(number).putLong(System.nanoTime());
    next = number + 1;
    return PutRequest.newBuilder().setKey(keys.key(0)).setValue(sent).build();
  }

  @Override
  long take(PutResponse response) {
    return value.length;
  }
}
