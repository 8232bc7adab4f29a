package kontiki.kvstore.server;

import java.io.IOException;
import java.net.BindException;
import org.apache.ratis.util.ExitUtils;

/** Finds out why the peer port could not be opened. */
final class PeerListener {
  private PeerListener() {}

  static IOException explain(String url, Exception failure) {
    Throwable deepest = failure;
    boolean listener = false;
    while (deepest.getCause() != null) {
      // Ratis gives up in this way when its listener, and nothing else, does not start.
      listener |= deepest instanceof ExitUtils.ExitException;
      deepest = deepest.getCause();
    }
    if (listener || deepest instanceof BindException) {
      return new IOException(
          "cannot listen on " + url + " for peers: " + deepest.getMessage(), failure);
    }
    return failure instanceof IOException io
        ? io
        : new IOException("raft did not start: " + failure.getMessage(), failure);
  }
}
