package kontiki.kvstore.server.concurrency;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.server.watch.WatchHub;
import kontiki.kvstore.server.watch.WatchSink;
import kontiki.kvstore.server.watch.WatchStream;

/**
 * A watch of this member's own, read by one thread. What its reader has not taken is bounded: the
 * hub keeps the rest, or reads it from history again.
 */
final class WatchFeed implements WatchSink, AutoCloseable {
  /** Responses that wait here. */
  private static final int QUEUED_RESPONSES = 16;

  private final WatchHub hub;
  private final ArrayDeque<WatchResponse> queue = new ArrayDeque<>();
  private final WatchStream stream;
  private CompletableFuture<Void> changed = new CompletableFuture<>();
  private boolean ended;

  WatchFeed(WatchHub hub) {
    this.hub = hub;
    this.stream = hub.open(this);
  }

  /** Adds a key, or a range of keys, from a revision on. */
  WatchFeed with(ByteString key, ByteString end, long fromRevision) {
    hub.create(
        stream,
        WatchCreateRequest.newBuilder()
            .setKey(key)
            .setRangeEnd(end)
            .setStartRevision(fromRevision)
            .build());
    return this;
  }

  /**
   * The next response; waits for it in {@code call}.
   *
   * @throws io.grpc.StatusRuntimeException the server stops, or the caller has gone
   */
  WatchResponse next(WaitingCall call) {
    while (true) {
      CompletableFuture<Void> news;
      boolean wasFull;
      WatchResponse response;
      synchronized (this) {
        wasFull = queue.size() >= QUEUED_RESPONSES;
        response = queue.poll();
        if (response == null && ended) {
          throw EtcdError.STOPPED.asException();
        }
        news = changed;
      }
      if (response != null) {
        if (wasFull) {
          hub.ready(stream);
        }
        return response;
      }
      call.await(news);
    }
  }

  @Override
  public synchronized boolean ready() {
    return queue.size() < QUEUED_RESPONSES;
  }

  @Override
  public void send(WatchResponse response) {
    CompletableFuture<Void> news;
    synchronized (this) {
      queue.add(response);
      news = changed;
      changed = new CompletableFuture<>();
    }
    news.complete(null);
  }

  @Override
  public void end(Status status) {
    CompletableFuture<Void> news;
    synchronized (this) {
      ended = true;
      news = changed;
    }
    news.complete(null);
  }

  @Override
  public void close() {
    hub.close(stream);
  }
}
