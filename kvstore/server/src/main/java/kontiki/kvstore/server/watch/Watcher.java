package kontiki.kvstore.server.watch;

import java.util.ArrayList;
import java.util.List;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchCreateRequest.FilterType;
import kontiki.kvstore.mvcc.Change;

/**
 * One watch. Its fields that change belong to the hub's thread, except while it {@link #catchesUp}:
 * then {@code next} belongs to the catch-up thread.
 */
final class Watcher {
  private final WatchStream stream;
  private final long id;
  private final KeyRange range;
  private final WatchCreateRequest request;
  private final boolean noPut;
  private final boolean noDelete;
  private final List<Event> gathered = new ArrayList<>();
  private long next;
  private boolean catchesUp;
  private boolean heard;
  private volatile boolean canceled;

  /**
   * @param next the first revision that it has not been told
   */
  Watcher(WatchStream stream, long id, KeyRange range, WatchCreateRequest request, long next) {
    this.stream = stream;
    this.id = id;
    this.range = range;
    this.request = request;
    this.next = next;
    this.noPut = request.getFiltersList().contains(FilterType.NOPUT);
    this.noDelete = request.getFiltersList().contains(FilterType.NODELETE);
  }

  WatchStream stream() {
    return stream;
  }

  long id() {
    return id;
  }

  KeyRange range() {
    return range;
  }

  boolean fragments() {
    return request.getFragment();
  }

  boolean wantsProgress() {
    return request.getProgressNotify();
  }

  boolean wants(Change change) {
    boolean filtered = change.isDelete() ? noDelete : noPut;
    return !filtered && change.revision().main() >= next && range.contains(change.key());
  }

  Event event(Change change) {
    return change.event(request.getPrevKv());
  }

  /** Events of the changes that the hub is handling now. */
  List<Event> gathered() {
    return gathered;
  }

  long next() {
    return next;
  }

  void next(long revision) {
    next = revision;
  }

  boolean catchesUp() {
    return catchesUp;
  }

  void catchesUp(boolean behind) {
    catchesUp = behind;
  }

  /** True once after each event that was sent. */
  boolean takeHeard() {
    boolean was = heard;
    heard = false;
    return was;
  }

  void heardNow() {
    heard = true;
  }

  boolean canceled() {
    return canceled;
  }

  void cancel() {
    canceled = true;
  }
}
