package kontiki.kvstore.api;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import org.jspecify.annotations.Nullable;

/**
 * One watch that goes on over lost connections without a gap and without a duplicate, for as long
 * as it takes to find a server again.
 *
 * <p>A virtual thread of its own reads the stream and calls the listener. Fragments are joined
 * before they are delivered. {@link #close} may be called from any thread, the listener included.
 */
public final class KvWatch implements AutoCloseable {
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private final Channel channel;
  private final WatchCreateRequest request;
  private final WatchListener listener;
  private final RetryPolicy retries;
  private final List<Event> fragments = new ArrayList<>();
  private volatile boolean closed;
  private volatile @Nullable BlockingClientCall<WatchRequest, WatchResponse> call;
  private @Nullable Thread thread;
  private long nextRevision;
  private int failures;

  private KvWatch(
      Channel channel, WatchCreateRequest request, WatchListener listener, RetryPolicy retries) {
    Metadata metadata = new Metadata();
    metadata.put(HAS_LEADER, "true");
    this.channel =
        io.grpc.ClientInterceptors.intercept(
            channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    this.request = request;
    this.listener = listener;
    this.retries = retries;
    this.nextRevision = request.getStartRevision();
  }

  static KvWatch start(
      Channel channel, WatchCreateRequest request, WatchListener listener, RetryPolicy retries) {
    KvWatch watch = new KvWatch(channel, request, listener, retries);
    watch.thread = Thread.ofVirtual().name("kv-watch").start(watch::run);
    return watch;
  }

  /** Asks the server to say how far the watch has come; the answer arrives as a progress call. */
  public void requestProgress() {
    BlockingClientCall<WatchRequest, WatchResponse> current = call;
    if (current == null) {
      return;
    }
    try {
      current.write(
          WatchRequest.newBuilder()
              .setProgressRequest(kontiki.kvstore.api.pb.WatchProgressRequest.getDefaultInstance())
              .build());
    } catch (StatusException e) {
      // The reading thread sees the same failure and reconnects.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the watch; the listener hears nothing more once a call that is running has returned. */
  @Override
  public void close() {
    closed = true;
    BlockingClientCall<WatchRequest, WatchResponse> current = call;
    if (current != null) {
      current.cancel("watch closed", null);
    }
    Thread running = thread;
    if (running != null && running != Thread.currentThread()) {
      running.interrupt();
    }
  }

  private void run() {
    while (!closed) {
      Status status;
      try {
        status = readOneStream();
      } catch (InterruptedException e) {
        return;
      }
      if (status.isOk() || closed) {
        return;
      }
      failures++;
      if (!resumable(status)) {
        listener.onEnd(status);
        return;
      }
      try {
        Thread.sleep(retries.delayAfter(failures));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Returns OK when the watch is over, or the status that broke the stream. */
  private Status readOneStream() throws InterruptedException {
    BlockingClientCall<WatchRequest, WatchResponse> stream =
        WatchGrpc.newBlockingV2Stub(channel).watch();
    call = stream;
    fragments.clear();
    try {
      WatchCreateRequest create = request.toBuilder().setStartRevision(nextRevision).build();
      stream.write(WatchRequest.newBuilder().setCreateRequest(create).build());
      while (!closed) {
        WatchResponse response = stream.read();
        if (response == null) {
          return Status.UNAVAILABLE.withDescription("the server closed the watch stream");
        }
        failures = 0;
        if (handle(response)) {
          return Status.OK;
        }
      }
      return Status.OK;
    } catch (StatusException e) {
      return e.getStatus();
    } finally {
      stream.cancel("watch stream left", null);
    }
  }

  /** Returns true when the watch is over. */
  private boolean handle(WatchResponse response) {
    long revision = response.getHeader().getRevision();
    if (response.getCanceled()) {
      if (response.getCompactRevision() > 0) {
        listener.onCompacted(response.getCompactRevision());
      } else {
        listener.onEnd(Status.CANCELLED.withDescription(response.getCancelReason()));
      }
      return true;
    }
    if (response.getCreated()) {
      // "From now on" becomes a fixed revision, so that a reconnection leaves no gap.
      nextRevision = nextRevision == 0 ? revision + 1 : nextRevision;
      listener.onCreated(revision);
      return false;
    }
    if (response.getEventsCount() == 0 && !response.getFragment() && fragments.isEmpty()) {
      nextRevision = Math.max(nextRevision, revision + 1);
      listener.onProgress(revision);
      return false;
    }
    deliver(response, revision);
    return false;
  }

  private void deliver(WatchResponse response, long revision) {
    List<Event> events = response.getEventsList();
    if (response.getFragment() || !fragments.isEmpty()) {
      fragments.addAll(events);
      if (response.getFragment()) {
        return;
      }
      events = List.copyOf(fragments);
      fragments.clear();
    }
    long last = events.getLast().getKv().getModRevision();
    listener.onEvents(events, revision);
    nextRevision = last + 1;
  }

  private static boolean resumable(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, INTERNAL, UNKNOWN, CANCELLED, RESOURCE_EXHAUSTED, ABORTED -> true;
      case OK,
          INVALID_ARGUMENT,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          false;
    };
  }
}
