package kontiki.kvstore.server.front;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.SnapshotResponse;
import kontiki.kvstore.server.snapshot.Snapshots.Snapshot;

/**
 * Sends a snapshot as its client takes it: blobs of 32 KiB, and then their SHA-256, as etcd does.
 * Runs on the call's own threads, one at a time.
 */
final class SnapshotStream {
  private static final int BLOB_BYTES = 32 << 10;

  private final Snapshot snapshot;
  private final ResponseHeader header;
  private final ServerCallStreamObserver<SnapshotResponse> client;
  private final MessageDigest digest;
  private long sent;
  private boolean ended;

  SnapshotStream(
      Snapshot snapshot, ResponseHeader header, ServerCallStreamObserver<SnapshotResponse> client) {
    this.snapshot = snapshot;
    this.header = header;
    this.client = client;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends while the client takes. */
  synchronized void pump() {
    try {
      while (!ended && client.isReady()) {
        if (sent < snapshot.size()) {
          client.onNext(response(next()));
        } else {
          client.onNext(response(UnsafeByteOperations.unsafeWrap(digest.digest())));
          end();
          client.onCompleted();
        }
      }
    } catch (IOException e) {
      end();
      Replies.fail(e, client);
    }
  }

  /** Frees the file; also for a client that went away. */
  synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      snapshot.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove a snapshot's file", e);
    }
  }

  private ByteString next() throws IOException {
    ByteBuffer blob = ByteBuffer.allocate((int) Math.min(BLOB_BYTES, snapshot.size() - sent));
    while (blob.hasRemaining()) {
      if (snapshot.file().read(blob, sent + blob.position()) < 0) {
        throw new IOException("the snapshot's file has become shorter");
      }
    }
    sent += blob.flip().remaining();
    digest.update(blob.duplicate());
    return UnsafeByteOperations.unsafeWrap(blob);
  }

  private SnapshotResponse response(ByteString blob) {
    return SnapshotResponse.newBuilder()
        .setHeader(header)
        .setRemainingBytes(snapshot.size() - sent)
        .setBlob(blob)
        .build();
  }
}
