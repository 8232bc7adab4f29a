package kontiki.kvstore.server;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.RangeResponse;

/** One writer that counts, and a reader at each member: none may see less than was acknowledged. */
final class Freshness implements AutoCloseable {
  private static final ByteString KEY = ByteString.copyFromUtf8("fresh");

  private final AtomicLong acknowledged = new AtomicLong(-1);
  private final AtomicLong reads = new AtomicLong();
  private final Queue<String> stale = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /** Writes at one member; another one takes over where that is gone. */
  void write(TestCluster cluster, int... members) {
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              long next = 0;
              for (int at = 0; !stopped; at++) {
                try (KvClient client = cluster.client(members[at % members.length])) {
                  while (!stopped) {
                    client.put(KEY, ByteString.copyFromUtf8(Long.toString(next)));
                    acknowledged.set(next++);
                  }
                } catch (StatusRuntimeException e) {
                  // Perhaps it was written, perhaps not: the next one is greater in any case.
                  next++;
                }
              }
            }));
  }

  void read(TestCluster cluster, int member) {
    KvClient client = cluster.client(member);
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try (client) {
                while (!stopped) {
                  read(client, member);
                }
              }
            }));
  }

  private void read(KvClient client, int member) {
    long before = acknowledged.get();
    try {
      RangeResponse response = client.range(KeyRange.single(KEY));
      reads.incrementAndGet();
      long value =
          response.getKvsCount() == 0
              ? -1
              : Long.parseLong(response.getKvs(0).getValue().toStringUtf8());
      if (value < before) {
        stale.add("m" + member + " read " + value + " after " + before);
      }
    } catch (StatusRuntimeException e) {
      // No answer is no stale answer.
      Thread.yield();
    }
  }

  long reads() {
    return reads.get();
  }

  long acknowledged() {
    return acknowledged.get();
  }

  @Override
  public void close() {
    stopped = true;
  }

  /** The reads that missed an acknowledged write. */
  List<String> stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(stale);
  }
}
