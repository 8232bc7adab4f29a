package kontiki.kvstore.server.watch;

import io.grpc.Status;
import kontiki.kvstore.api.pb.WatchResponse;

/** Where a stream's responses go. Called by one thread at a time; never blocks. */
public interface WatchSink {
  /** False while the client is slower than the server: more should wait. */
  boolean ready();

  void send(WatchResponse response);

  /** Ends the stream; a status that is not OK is an error. */
  void end(Status status);
}
