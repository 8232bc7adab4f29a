package kontiki.kvstore.server;

import java.io.IOException;
import java.net.BindException;

/** Finds out why the peer port could not be opened. */
final class PeerListener {
  private PeerListener() {}

  static IOException explain(String url, Exception failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindException bind) {
        return new IOException(
            "cannot listen on " + url + " for peers: " + bind.getMessage(), failure);
      }
    }
    return failure instanceof IOException io
        ? io
        : new IOException("raft did not start: " + failure.getMessage(), failure);
  }
}
