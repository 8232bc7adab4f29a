package kontiki.kvstore.server.watch;

import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.WatchResponse;

/**
 * The watchers of one client stream and the responses on their way to it. The table of watchers
 * belongs to the hub's thread; sending is safe for many threads and never blocks: what the client
 * cannot take yet waits in a bounded buffer.
 */
public final class WatchStream {
  private final WatchSink sink;
  private final int bufferBytes;
  private final TreeMap<Long, Watcher> watchers = new TreeMap<>();
  private final ArrayDeque<WatchResponse> buffer = new ArrayDeque<>();
  private long buffered;
  private long nextId;
  private boolean ended;
  private boolean progressWanted;

  WatchStream(WatchSink sink, int bufferBytes) {
    this.sink = sink;
    this.bufferBytes = bufferBytes;
  }

  TreeMap<Long, Watcher> watchers() {
    return watchers;
  }

  /** An id that no watcher of the stream has, from 0. */
  long freeId() {
    while (watchers.containsKey(nextId)) {
      nextId++;
    }
    return nextId++;
  }

  boolean progressWanted() {
    return progressWanted;
  }

  void progressWanted(boolean wanted) {
    progressWanted = wanted;
  }

  /** True while more events may be sent. */
  synchronized boolean hasRoom() {
    return !ended && buffered < bufferBytes;
  }

  synchronized boolean ended() {
    return ended;
  }

  synchronized void send(WatchResponse response) {
    if (ended) {
      return;
    }
    if (buffer.isEmpty() && sink.ready()) {
      sink.send(response);
      return;
    }
    buffer.add(response);
    buffered += response.getSerializedSize();
  }

  /** The client takes more: send what waits. */
  synchronized void drain() {
    while (!ended && !buffer.isEmpty() && sink.ready()) {
      WatchResponse response = buffer.remove();
      buffered -= response.getSerializedSize();
      sink.send(response);
    }
  }

  synchronized void end(Status status) {
    if (!ended) {
      ended = true;
      buffer.clear();
      sink.end(status);
    }
  }

  /** The client has gone: nothing can be sent any more. */
  synchronized void gone() {
    ended = true;
    buffer.clear();
  }

  /** Sends events of whole revisions, in one response or, where wanted, in fragments. */
  void sendEvents(Watcher watcher, List<Event> events, ResponseHeader header, int fragmentBytes) {
    int size = 0;
    List<Event> piece = new ArrayList<>();
    for (Event event : events) {
      int eventSize = event.getSerializedSize();
      if (watcher.fragments() && !piece.isEmpty() && size + eventSize > fragmentBytes) {
        send(response(watcher, piece, header).setFragment(true).build());
        piece.clear();
        size = 0;
      }
      piece.add(event);
      size += eventSize;
    }
    send(response(watcher, piece, header).build());
  }

  private static WatchResponse.Builder response(
      Watcher watcher, List<Event> events, ResponseHeader header) {
    return WatchResponse.newBuilder()
        .setHeader(header)
        .setWatchId(watcher.id())
        .addAllEvents(events);
  }
}
