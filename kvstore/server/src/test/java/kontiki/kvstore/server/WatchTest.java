package kontiki.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.KvClient;
import kontiki.kvstore.api.pb.CompactionRequest;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.WatchCancelRequest;
import kontiki.kvstore.api.pb.WatchCreateRequest;
import kontiki.kvstore.api.pb.WatchGrpc;
import kontiki.kvstore.api.pb.WatchProgressRequest;
import kontiki.kvstore.api.pb.WatchRequest;
import kontiki.kvstore.api.pb.WatchResponse;
import kontiki.kvstore.server.watch.WatchLimits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches as a client sees them, on one member with small buffers. */
class WatchTest {
  private static final WatchLimits SMALL =
      new WatchLimits(50, 64 << 10, 16 << 10, 32 << 10, Duration.ofMinutes(10));

  @TempDir static Path directory;
  private static TestCluster cluster;
  private static int prefixes;

  private final String prefix = "p" + ++prefixes + "/";
  private KvClient client;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cluster = new TestCluster(directory, 1).with(SMALL);
    cluster.startAll();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    client = cluster.client(1);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void theFormsOfRefusalAreEtcds() throws InterruptedException {
    Stream stream = new Stream(true);
    stream.create(create().setStartRevision(-1));
    assertThat(stream.next().getCancelReason()).isEqualTo(EtcdError.COMPACTED.message());
    stream.create(WatchCreateRequest.newBuilder().setKey(bytes("b")).setRangeEnd(bytes("a")));
    WatchResponse empty = stream.next();
    assertThat(empty.getCancelReason()).isEqualTo("mvcc: watcher range is empty");
    assertThat(empty.getWatchId()).isEqualTo(-1);
    assertThat(empty.getCreated() && empty.getCanceled()).isTrue();
    stream.create(create().setWatchId(7));
    assertThat(stream.next().getWatchId()).isEqualTo(7);
    stream.create(create().setWatchId(7));
    assertThat(stream.next().getCancelReason())
        .isEqualTo("mvcc: duplicate watch ID provided on the WatchStream");
    stream.create(create());
    assertThat(stream.next().getWatchId()).isZero();
    stream.cancel(99);
    stream.cancel(7);
    WatchResponse canceled = stream.next();
    assertThat(canceled.getCanceled()).isTrue();
    assertThat(canceled.getWatchId()).isEqualTo(7);
  }

  @Test
  void aWatchTellsHistoryAndThenTheFutureWithoutGapOrDuplicate() throws InterruptedException {
    long first = put("a", "1");
    put("b", "2");
    delete("a");
    Stream stream = new Stream(true);
    stream.create(create().setStartRevision(first).setPrevKv(true));
    assertThat(stream.next().getCreated()).isTrue();
    put("c", "3");
    List<Event> events = stream.events(4);
    assertThat(events)
        .extracting(e -> e.getType() + e.getKv().getKey().toStringUtf8().substring(prefix.length()))
        .containsExactly("PUTa", "PUTb", "DELETEa", "PUTc");
    assertThat(events.get(0).hasPrevKv()).isFalse();
    assertThat(events.get(2).getPrevKv().getValue().toStringUtf8()).isEqualTo("1");
  }

  @Test
  void filtersAndFutureRevisionsAreKept() throws InterruptedException {
    long now = put("a", "1");
    Stream stream = new Stream(true);
    stream.create(create().addFilters(WatchCreateRequest.FilterType.NOPUT));
    stream.next();
    Stream later = new Stream(true);
    later.create(create().setStartRevision(now + 3));
    later.next();
    put("b", "2");
    delete("b");
    put("c", "3");
    assertThat(stream.events(1).getFirst().getType()).isEqualTo(Event.EventType.DELETE);
    assertThat(later.events(1).getFirst().getKv().getModRevision()).isEqualTo(now + 3);
  }

  @Test
  void aCompactedStartIsToldAfterTheCreation() throws InterruptedException {
    long first = put("a", "1");
    long second = put("a", "2");
    put("a", "3");
    client.compact(CompactionRequest.newBuilder().setRevision(second).setPhysical(true).build());
    Stream stream = new Stream(true);
    stream.create(create().setStartRevision(first));
    assertThat(stream.next().getCreated()).isTrue();
    WatchResponse compacted = stream.next();
    assertThat(compacted.getCanceled()).isTrue();
    assertThat(compacted.getCompactRevision()).isEqualTo(second);
    assertThat(compacted.getHeader().getRevision()).isZero();
    stream.create(create().setStartRevision(second));
    stream.next();
    assertThat(stream.events(2))
        .extracting(e -> e.getKv().getModRevision())
        .containsExactly(second, second + 1);
  }

  @Test
  void aTransactionIsOneResponseOrFragments() throws InterruptedException {
    Stream whole = new Stream(true);
    whole.create(create());
    whole.next();
    Stream pieces = new Stream(true);
    pieces.create(create().setFragment(true));
    pieces.next();
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int i = 0; i < 50; i++) {
      txn.addSuccess(RequestOp.newBuilder().setRequestPut(request("t" + i, "x".repeat(2000))));
    }
    client.txn(txn.build());
    assertThat(whole.next().getEventsCount()).isEqualTo(50);
    WatchResponse piece = pieces.next();
    assertThat(piece.getFragment()).isTrue();
    int events = piece.getEventsCount();
    while (piece.getFragment()) {
      piece = pieces.next();
      events += piece.getEventsCount();
    }
    assertThat(events).isEqualTo(50);
  }

  @Test
  void progressIsAnsweredWhenEverythingWasTold() throws InterruptedException {
    long revision = put("a", "1");
    Stream stream = new Stream(true);
    stream.create(create().setStartRevision(revision));
    stream.next();
    stream.progress();
    assertThat(stream.next().getEventsCount()).isEqualTo(1);
    WatchResponse progress = stream.next();
    assertThat(progress.getWatchId()).isEqualTo(-1);
    assertThat(progress.getEventsCount()).isZero();
    assertThat(progress.getHeader().getRevision()).isGreaterThanOrEqualTo(revision);
  }

  @Test
  void aSlowWatcherLosesNothingAndHoldsNobodyBack() throws InterruptedException {
    Stream slow = new Stream(false);
    slow.create(create());
    slow.request(1);
    assertThat(slow.next().getCreated()).isTrue();
    Stream fast = new Stream(true);
    fast.create(create());
    fast.next();
    List<Long> revisions = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      revisions.add(put("k" + i % 7, "x".repeat(1000)));
    }
    assertThat(fast.events(1500)).extracting(e -> e.getKv().getModRevision()).isEqualTo(revisions);
    slow.request(Integer.MAX_VALUE);
    assertThat(slow.events(1500)).extracting(e -> e.getKv().getModRevision()).isEqualTo(revisions);
  }

  private WatchCreateRequest.Builder create() {
    KeyRange range = KeyRange.prefix(prefix);
    return WatchCreateRequest.newBuilder().setKey(range.key()).setRangeEnd(range.end());
  }

  private long put(String key, String value) {
    return client.put(request(key, value)).getHeader().getRevision();
  }

  private void delete(String key) {
    client.delete(DeleteRangeRequest.newBuilder().setKey(bytes(prefix + key)).build());
  }

  private PutRequest request(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(prefix + key)).setValue(bytes(value)).build();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** One watch stream; responses wait in a queue. */
  private final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
    private final boolean eager;
    private final StreamObserver<WatchRequest> requests;
    private ClientCallStreamObserver<WatchRequest> control;

    Stream(boolean eager) {
      this.eager = eager;
      this.requests = WatchGrpc.newStub(client.channel()).watch(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      control = stream;
      if (!eager) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    void request(int count) {
      control.request(count);
    }

    void create(WatchCreateRequest.Builder create) {
      requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    void cancel(long id) {
      requests.onNext(
          WatchRequest.newBuilder()
              .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
              .build());
    }

    void progress() {
      requests.onNext(
          WatchRequest.newBuilder()
              .setProgressRequest(WatchProgressRequest.getDefaultInstance())
              .build());
    }

    WatchResponse next() throws InterruptedException {
      WatchResponse response = responses.poll(60, TimeUnit.SECONDS);
      assertThat(response).isNotNull();
      return response;
    }

    List<Event> events(int count) throws InterruptedException {
      List<Event> events = new ArrayList<>();
      while (events.size() < count) {
        events.addAll(next().getEventsList());
      }
      return events;
    }

    @Override
    public void onNext(WatchResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
