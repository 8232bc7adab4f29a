package kontiki.kvstore.api;

import io.grpc.Status;
import java.util.List;
import kontiki.kvstore.api.pb.Event;

/**
 * What a {@link KvWatch} tells. All methods are called by the watch's own thread, one at a time;
 * after {@link #onCompacted} or {@link #onEnd} nothing follows.
 */
public interface WatchListener {
  /**
   * The watch stands at the server. Called again after each reconnection.
   *
   * @param revision of the store when the watch was created
   */
  default void onCreated(long revision) {}

  /**
   * @param events of one or more whole revisions, in order, never empty
   * @param revision of the store when they were sent; never smaller than that of any event
   */
  void onEvents(List<Event> events, long revision);

  /** Every event up to and including {@code revision} was delivered. */
  default void onProgress(long revision) {}

  /**
   * The watch cannot go on: events it has not seen were compacted away.
   *
   * @param compactRevision the oldest revision that can still be watched
   */
  void onCompacted(long compactRevision);

  /** The server ended the watch for another reason, such as permission denied. */
  void onEnd(Status reason);
}
