package kontiki.kvstore.server.concurrency;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import io.grpc.StatusRuntimeException;
import java.util.List;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.TxnResponse;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.server.watch.WatchHub;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line of keys under one prefix, in the order of their creation: the oldest has what the others
 * wait for. Each waiter watches its own key and the one before it, so a key that goes wakes one
 * waiter. The form of the keys is that of etcd's {@code concurrency} package, {@code
 * NAME/LEASE-IN-HEX}, so its clients and these calls can wait in one line. Safe for many threads.
 */
final class WaitingLine {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingLine.class);

  /**
   * A place in the line.
   *
   * @param created the key's create revision
   */
  record Place(ByteString prefix, ByteString key, long created) {}

  private final LocalStore store;
  private final WatchHub hub;

  WaitingLine(LocalStore store, WatchHub hub) {
    this.store = store;
    this.hub = hub;
  }

  static ByteString prefix(ByteString name) {
    return name.concat(ByteString.copyFromUtf8("/"));
  }

  /** The key of a lease, in Go's hexadecimal: a sign before the digits. */
  static ByteString key(ByteString prefix, long lease) {
    String digits = lease < 0 ? "-" + Long.toHexString(-lease) : Long.toHexString(lease);
    return prefix.concat(ByteString.copyFromUtf8(digits));
  }

  /**
   * Waits for the turn of a place.
   *
   * @return as of when it had its turn; null where the place is lost: the lease has ended, or
   *     somebody has deleted the key
   */
  @Nullable ResponseHeader awaitTurn(Place mine, WaitingCall call) {
    while (true) {
      call.requireClient();
      TxnResponse seen =
          store.txn(
              TxnRequest.newBuilder()
                  .addCompare(LocalStore.created(mine.key, mine.created))
                  .addSuccess(LocalStore.get(LocalStore.lastBefore(mine.prefix, mine.created))));
      if (!seen.getSucceeded()) {
        return null;
      }
      List<KeyValue> before = seen.getResponses(0).getResponseRange().getKvsList();
      if (before.isEmpty()) {
        return seen.getHeader();
      }
      long next = seen.getHeader().getRevision() + 1;
      try (WatchFeed feed =
          new WatchFeed(hub)
              .with(before.getFirst().getKey(), ByteString.EMPTY, next)
              .with(mine.key, ByteString.EMPTY, next)) {
        WatchResponse news = feed.next(call);
        while (!worthALook(news)) {
          news = feed.next(call);
        }
      }
    }
  }

  /** Takes the key of somebody who waits no longer; where that fails, its lease will remove it. */
  void leave(Place mine) {
    try {
      var unused = store.deleteCreatedAt(mine.key, mine.created);
    } catch (StatusRuntimeException e) {
      LOG.warn(
          "key of a waiter not removed key={} reason={}",
          TextFormat.escapeBytes(mine.key),
          e.getMessage());
    }
  }

  /** The one key. */
  static RangeRequest.Builder one(ByteString key) {
    return RangeRequest.newBuilder().setKey(key);
  }

  /** A deletion; or the watch ended because its history is compacted. */
  private static boolean worthALook(WatchResponse news) {
    return news.getCanceled()
        || news.getEventsList().stream().anyMatch(e -> e.getType() == Event.EventType.DELETE);
  }
}
