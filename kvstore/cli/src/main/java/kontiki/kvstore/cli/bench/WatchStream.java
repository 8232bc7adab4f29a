package kontiki.kvstore.cli.bench;

import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongPredicate;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;

/** A stream of several watchers. Events come on its event loop; the lock is for the round's end. */
final class WatchStream extends ClientCall.Listener<WatchResponse> implements AutoCloseable {
  private final ClientCall<WatchRequest, WatchResponse> call;
  private final Tally tally;
  private final CountDownLatch created;
  private final List<DeliveryCheck> checks = new ArrayList<>();
  private final Queue<DeliveryCheck> unconfirmed = new ArrayDeque<>();
  private final Map<Long, DeliveryCheck> byId = new HashMap<>();
  private long end = Long.MAX_VALUE;
  private boolean over;

  WatchStream(Channel channel, Tally tally, CountDownLatch created) {
    this.call = channel.newCall(WatchGrpc.getWatchMethod(), UnaryRequest.OPTIONS);
    this.tally = tally;
    this.created = created;
    call.start(this, new Metadata());
    call.request(1);
  }

  /** One more watcher, of the writes {@code first, first + step ...}. */
  void watch(WatchCreateRequest create, long first, long step, LongPredicate uncertain) {
    var check =
        new DeliveryCheck(first, step, uncertain, (fault, n) -> tally.failed(fault.name(), n));
    synchronized (this) {
      checks.add(check);
      unconfirmed.add(check);
    }
    call.sendMessage(WatchRequest.newBuilder().setCreateRequest(create).build());
  }

  /** The round's time ends then, in nanoseconds of the system's timer. */
  synchronized void begin(long endNanos) {
    end = endNanos;
  }

  synchronized boolean isComplete(long writes) {
    return over || checks.stream().allMatch(check -> check.isComplete(writes));
  }

  /** Takes no event any more, and tells which are missing of that many writes. */
  synchronized void end(long writes) {
    over = true;
    checks.forEach(check -> check.end(writes));
  }

  @Override
  public synchronized void onMessage(WatchResponse message) {
    if (over) {
      return;
    }
    if (message.getCanceled()) {
      tally.failed("WATCH_CANCELED");
    } else if (message.getCreated()) {
      confirm(message.getWatchId());
    }
    var check = byId.get(message.getWatchId());
    if (check != null && message.getEventsCount() > 0) {
      long now = System.nanoTime();
      for (int i = 0; i < message.getEventsCount(); i++) {
        event(check, message.getEvents(i), now);
      }
    }
    call.request(1);
  }

  /** A server confirms the watchers of a stream in the order in which they were asked for. */
  private void confirm(long id) {
    var check = unconfirmed.poll();
    if (check != null) {
      byId.put(id, check);
      created.countDown();
    }
  }

  private void event(DeliveryCheck check, Event event, long now) {
    var value = event.getKv().getValue();
    if (event.getType() != Event.EventType.PUT || value.size() < StampedPuts.STAMP_BYTES) {
      tally.failed("FOREIGN_EVENT");
      return;
    }
    check.event(StampedPuts.number(value));
    long size = event.getKv().getKey().size() + (long) value.size();
    tally.answered(now - StampedPuts.sentAt(value), size, now <= end);
  }

  @Override
  public synchronized void onClose(Status status, Metadata trailers) {
    if (!over) {
      tally.failed(status.isOk() ? "WATCH_CANCELED" : status.getCode().name());
    }
  }

  @Override
  public void close() {
    end(0);
    call.cancel("the round is over", null);
  }
}
