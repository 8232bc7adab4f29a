package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.function.Supplier;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * One change of one key, as watchers see it. The event is made once and shared by all of them. Safe
 * for many threads.
 */
public final class Change {
  private final StoredVersion version;
  private final Supplier<@Nullable StoredVersion> before;
  private volatile @Nullable Event plain;
  private volatile @Nullable Event withPrevious;

  /**
   * @param before gives the version that was replaced; null where there is none, or it is gone
   */
  Change(StoredVersion version, Supplier<@Nullable StoredVersion> before) {
    this.version = version;
    this.before = before;
  }

  public Revision revision() {
    return version.revision();
  }

  public ByteString key() {
    return version.key();
  }

  public boolean isDelete() {
    return version.isTombstone();
  }

  public Event event(boolean previousKv) {
    Event event = previousKv ? withPrevious : plain;
    if (event == null) {
      event = build(previousKv);
      if (previousKv) {
        withPrevious = event;
      } else {
        plain = event;
      }
    }
    return event;
  }

  private Event build(boolean previousKv) {
    Event.Builder event = Event.newBuilder();
    if (isDelete()) {
      event
          .setType(Event.EventType.DELETE)
          .setKv(
              KeyValue.newBuilder()
                  .setKey(version.key())
                  .setModRevision(version.revision().main()));
    } else {
      event.setKv(version.keyValue());
    }
    StoredVersion replaced = previousKv ? before.get() : null;
    if (replaced != null && !replaced.isTombstone()) {
      event.setPrevKv(replaced.keyValue());
    }
    return event.build();
  }
}
