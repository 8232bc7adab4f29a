package kontiki.kvstore.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.KVGrpc;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.PutResponse;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.api.pb.ResponseHeader;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KvClientTest {
  private final AtomicInteger calls = new AtomicInteger();
  private final List<Long> watchStarts = new ArrayList<>();
  private Server server;
  private KvClient client;

  @BeforeEach
  void start() throws IOException {
    String name = UUID.randomUUID().toString();
    server =
        InProcessServerBuilder.forName(name)
            .addService(new FlakyKv())
            .addService(new BreakingWatch())
            .build()
            .start();
    client = new KvClient(InProcessChannelBuilder.forName(name).build());
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
  }

  @Test
  void aReadIsRepeatedWhileTheServerIsUnavailable() {
    assertThat(client.range(KeyRange.single("k")).getCount()).isEqualTo(7);
    assertThat(calls).hasValue(3);
  }

  @Test
  void aWriteThatMayHaveArrivedIsNotRepeated() {
    assertThatThrownBy(() -> client.put(ByteString.copyFromUtf8("k"), ByteString.EMPTY))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aWatchResumesAfterTheLastWholeRevisionItDelivered() throws InterruptedException {
    BlockingQueue<Long> revisions = new LinkedBlockingQueue<>();
    WatchListener listener =
        new WatchListener() {
          @Override
          public void onEvents(List<Event> events, long revision) {
            events.forEach(event -> revisions.add(event.getKv().getModRevision()));
          }

          @Override
          public void onCompacted(long compactRevision) {
            revisions.add(-compactRevision);
          }

          @Override
          public void onEnd(Status reason) {
            revisions.add(0L);
          }
        };
    try (KvWatch watch = client.watch(WatchCreateRequest.getDefaultInstance(), listener)) {
      assertThat(watch).isNotNull();
      List<Long> seen = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        seen.add(revisions.poll(10, TimeUnit.SECONDS));
      }
      assertThat(seen).containsExactly(11L, 12L, 12L, -12L);
    }
    assertThat(watchStarts).containsExactly(0L, 12L);
  }

  private final class FlakyKv extends KVGrpc.KVImplBase {
    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> observer) {
      if (calls.incrementAndGet() < 3) {
        observer.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      observer.onNext(RangeResponse.newBuilder().setCount(7).build());
      observer.onCompleted();
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> observer) {
      calls.incrementAndGet();
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  /** Breaks the first stream in the middle of a fragmented revision. */
  private final class BreakingWatch extends WatchGrpc.WatchImplBase {
    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(WatchRequest request) {
          watchStarts.add(request.getCreateRequest().getStartRevision());
          out.onNext(response(10).setCreated(true).build());
          if (watchStarts.size() == 1) {
            out.onNext(response(11).addEvents(event(11)).build());
            out.onNext(response(12).addEvents(event(12)).setFragment(true).build());
            out.onError(Status.UNAVAILABLE.asRuntimeException());
          } else {
            out.onNext(response(12).addEvents(event(12)).setFragment(true).build());
            out.onNext(response(12).addEvents(event(12)).build());
            out.onNext(response(0).setCanceled(true).setCompactRevision(12).build());
          }
        }

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onCompleted() {}
      };
    }

    private static WatchResponse.Builder response(long revision) {
      return WatchResponse.newBuilder()
          .setHeader(ResponseHeader.newBuilder().setRevision(revision));
    }

    private static Event event(long revision) {
      return Event.newBuilder().setKv(KeyValue.newBuilder().setModRevision(revision)).build();
    }
  }
}
