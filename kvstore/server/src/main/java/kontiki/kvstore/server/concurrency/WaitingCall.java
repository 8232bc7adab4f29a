package kontiki.kvstore.server.concurrency;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.CompletableFuture;
import kontiki.kvstore.api.EtcdError;

/**
 * A call that may wait as long as its client pleases. Its thread waits for news or for the client's
 * leaving, whichever is first; the handlers may be called by any thread.
 */
final class WaitingCall {
  private final ServerCallStreamObserver<?> client;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile CompletableFuture<Void> room = new CompletableFuture<>();

  /** Made on the thread that gRPC calls, before the call's method returns. */
  WaitingCall(ServerCallStreamObserver<?> client) {
    this.client = client;
    client.setOnCancelHandler(() -> gone.complete(null));
    client.setOnReadyHandler(() -> room.complete(null));
  }

  boolean isGone() {
    return gone.isDone();
  }

  /** Throws where the client has gone. */
  void requireClient() {
    if (isGone()) {
      throw EtcdError.CANCELED.asException();
    }
  }

  /** Waits for {@code news}; throws where the client has gone first. */
  void await(CompletableFuture<Void> news) {
    var unused = CompletableFuture.anyOf(news, gone).join();
    requireClient();
  }

  /** Waits until the client takes more. */
  void awaitRoom() {
    while (!client.isReady()) {
      CompletableFuture<Void> next = new CompletableFuture<>();
      room = next;
      if (client.isReady()) {
        return;
      }
      await(next);
    }
    requireClient();
  }
}
