package kontiki.kvstore.server.front;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Semaphore;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeRequest.SortOrder;
import kontiki.kvstore.api.pb.RangeRequest.SortTarget;
import kontiki.kvstore.api.pb.RangeStreamResponse;
import kontiki.kvstore.mvcc.RangeChunks;
import kontiki.kvstore.mvcc.RefusedException;
import kontiki.kvstore.mvcc.StoreView;

/**
 * Sends a range piece by piece as its client takes it, all of one revision: memory is one piece,
 * however large the range is. Runs on the call's own threads, one at a time.
 */
final class RangeStream {
  /** In one process together: each keeps old data of the engine from being removed. */
  static final int STREAMS = 256;

  private static final int CHUNK_BYTES = 256 << 10;
  private static final Semaphore PERMITS = new Semaphore(STREAMS);

  private final RangeChunks chunks;
  private final ServerCallStreamObserver<RangeStreamResponse> client;
  private boolean ended;

  private RangeStream(RangeChunks chunks, ServerCallStreamObserver<RangeStreamResponse> client) {
    this.chunks = chunks;
    this.client = client;
  }

  /** Refuses what a stream cannot do, in etcd's words: what needs every key before the first. */
  static void check(RangeRequest request) {
    boolean inOrder =
        request.getSortTarget() == SortTarget.KEY && request.getSortOrder() != SortOrder.DESCEND;
    if (!inOrder) {
      throw refusal("RangeStream does not support custom sort orders");
    }
    if (request.getMinModRevision() != 0
        || request.getMaxModRevision() != 0
        || request.getMinCreateRevision() != 0
        || request.getMaxCreateRevision() != 0) {
      throw refusal("RangeStream does not support revision filters");
    }
  }

  private static RuntimeException refusal(String text) {
    return Status.UNIMPLEMENTED.withDescription(text).asRuntimeException();
  }

  /**
   * @param view is the stream's from now on
   * @throws RefusedException the revision cannot be read, or there are too many streams
   */
  static void start(
      StoreView view, RangeRequest request, ServerCallStreamObserver<RangeStreamResponse> client) {
    if (!PERMITS.tryAcquire()) {
      view.close();
      throw new RefusedException(EtcdError.REQUEST_TOO_MANY_REQUESTS);
    }
    RangeStream stream;
    try {
      stream = new RangeStream(new RangeChunks(view, request, CHUNK_BYTES), client);
    } catch (RuntimeException e) {
      PERMITS.release();
      throw e;
    }
    client.setOnCancelHandler(stream::end);
    client.setOnReadyHandler(stream::pump);
    stream.pump();
  }

  private synchronized void pump() {
    try {
      while (!ended && client.isReady()) {
        client.onNext(RangeStreamResponse.newBuilder().setRangeResponse(chunks.next()).build());
        if (!chunks.hasNext()) {
          end();
          client.onCompleted();
        }
      }
    } catch (RuntimeException e) {
      end();
      Replies.fail(e, client);
    }
  }

  /** Frees the view; also for a client that went away. */
  private synchronized void end() {
    if (!ended) {
      ended = true;
      chunks.close();
      PERMITS.release();
    }
  }
}
