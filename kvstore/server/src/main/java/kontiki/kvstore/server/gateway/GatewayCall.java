package kontiki.kvstore.server.gateway;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One streaming call that one thread reads while another one writes; both block. Holds one message
 * at most. gRPC's own blocking call waits for the server's readiness also where the client sends a
 * single message, and of such a call nobody ever hears that it is ready.
 */
final class GatewayCall extends ClientCall.Listener<Message> {
  private final ClientCall<Message, Message> call;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final boolean sendsMany;
  private @Nullable Message received;
  private @Nullable Status ended;

  private GatewayCall(ClientCall<Message, Message> call, boolean sendsMany) {
    this.call = call;
    this.sendsMany = sendsMany;
  }

  static GatewayCall start(Channel channel, MethodDescriptor<Message, Message> method) {
    GatewayCall started =
        new GatewayCall(
            channel.newCall(method, CallOptions.DEFAULT),
            !method.getType().clientSendsOneMessage());
    started.call.start(started, new Metadata());
    started.call.request(1);
    return started;
  }

  /**
   * Waits for the next message; null where the call ended well.
   *
   * @throws StatusException it ended otherwise
   */
  @Nullable Message read() throws InterruptedException, StatusException {
    lock.lockInterruptibly();
    try {
      while (received == null && ended == null) {
        changed.await();
      }
      Message next = received;
      if (next != null) {
        received = null;
        call.request(1);
        return next;
      }
      if (ended != null && !ended.isOk()) {
        throw ended.asException();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the server takes the message; false where the call has ended. */
  boolean write(Message message) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (sendsMany && !call.isReady() && ended == null) {
        changed.await();
      }
      if (ended != null) {
        return false;
      }
      call.sendMessage(message);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** No message follows. */
  void halfClose() {
    lock.lock();
    try {
      if (ended == null) {
        call.halfClose();
      }
    } finally {
      lock.unlock();
    }
  }

  void cancel(@Nullable String reason, @Nullable Throwable cause) {
    call.cancel(reason, cause);
  }

  @Override
  public void onMessage(Message message) {
    change(() -> received = message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    change(() -> ended = status);
  }

  @Override
  public void onReady() {
    change(() -> {});
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
