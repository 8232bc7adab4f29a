package kontiki.kvstore.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.Event;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;
import kontiki.kvstore.mvcc.rocks.RocksEngine;
import kontiki.kvstore.mvcc.rocks.RocksSettings;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories on the real engine, on its dumb twin, and on a model that keeps everything. */
class TwinTest {
  private static final HeaderIds IDS = new HeaderIds(7, 8);
  private static final int ENTRIES = 400;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void bothEnginesAndTheModelAgree(long seed) {
    Random random = new Random(seed);
    Commands commands = new Commands(random);
    MemoryEngine memory = new MemoryEngine();
    Path data = directory.resolve("db");
    MvccStore rocks = open(data);
    // The events of the model are those that the twin reports.
    NavigableMap<Long, NavigableMap<ByteString, KeyValue>> model = new TreeMap<>();
    model.put(1L, newMap());
    List<Event> events = new ArrayList<>();
    try (MvccStore twin = new MvccStore(memory, IDS)) {
      Compactor twinCompactor = new Compactor(memory);
      for (int index = 0; index < ENTRIES; index++) {
        Entry entry = commands.entry(twin.state());
        Entry copy = Entry.decode(ByteString.copyFrom(entry.encode()));
        assertThat(copy).isEqualTo(entry);
        Applied expected = twin.apply(index, 1, entry, true);
        Applied applied = rocks.apply(index, 1, copy, true);
        assertThat(applied.outcomes()).isEqualTo(expected.outcomes());
        assertThat(applied.state()).isEqualTo(expected.state());
        expected.changes().forEach(change -> events.add(change.event(true)));
        follow(model, expected);
        compare(commands.range(twin.state()), twin, rocks, model);
        if (random.nextInt(5) == 0) {
          new Compactor(rocks.engine()).step(1 + random.nextInt(9));
        }
        if (random.nextInt(9) == 0) {
          assertThatCode(() -> drain(twinCompactor)).doesNotThrowAnyException();
        }
        if (random.nextInt(100) == 0) {
          rocks.close();
          rocks = open(data);
        }
      }
      assertHistory(events, twin);
      assertHistory(events, rocks);
    } finally {
      rocks.close();
    }
  }

  private static MvccStore open(Path data) {
    return new MvccStore(RocksEngine.open(data, RocksSettings.TINY), IDS);
  }

  private static void drain(Compactor compactor) {
    while (!compactor.step(3)) {
      Thread.onSpinWait();
    }
  }

  private static NavigableMap<ByteString, KeyValue> newMap() {
    return new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  }

  private static void follow(
      NavigableMap<Long, NavigableMap<ByteString, KeyValue>> model, Applied applied) {
    for (Change change : applied.changes()) {
      long revision = change.revision().main();
      if (!model.containsKey(revision)) {
        NavigableMap<ByteString, KeyValue> copy = newMap();
        copy.putAll(model.lastEntry().getValue());
        model.put(revision, copy);
      }
      Event event = change.event(true);
      NavigableMap<ByteString, KeyValue> now = model.get(revision);
      KeyValue before = now.get(change.key());
      assertThat(event.getPrevKv())
          .isEqualTo(before == null ? KeyValue.getDefaultInstance() : before);
      if (change.isDelete()) {
        now.remove(change.key());
      } else {
        now.put(change.key(), event.getKv());
      }
    }
    assertThat(model.lastKey()).isEqualTo(applied.state().revision());
  }

  private static void compare(
      RangeRequest request,
      MvccStore twin,
      MvccStore rocks,
      NavigableMap<Long, NavigableMap<ByteString, KeyValue>> model) {
    try (StoreView twinView = twin.view();
        StoreView rocksView = rocks.view()) {
      assertThat(rocksView.hashKv(0)).isEqualTo(twinView.hashKv(0));
      long revision = request.getRevision();
      if (revision > 0 && revision < twinView.state().compactRevision()) {
        return;
      }
      RangeResponse answer = rocksView.range(request);
      assertThat(answer).isEqualTo(twinView.range(request));
      RangeRequest plain =
          RangeRequest.newBuilder()
              .setKey(request.getKey())
              .setRangeEnd(request.getRangeEnd())
              .setRevision(revision)
              .build();
      KeyRange range = new KeyRange(request.getKey(), request.getRangeEnd());
      List<KeyValue> expected =
          model.get(revision <= 0 ? model.lastKey() : revision).values().stream()
              .filter(kv -> range.contains(kv.getKey()))
              .toList();
      assertThat(rocksView.range(plain).getKvsList()).isEqualTo(expected);
      assertThat(answer.getCount()).isEqualTo(expected.size());
      RangeRequest unordered =
          plain.toBuilder()
              .setLimit(request.getLimit())
              .setKeysOnly(request.getKeysOnly())
              .setCountOnly(request.getCountOnly())
              .build();
      assertThat(inPieces(rocks.view(), unordered)).isEqualTo(rocksView.range(unordered));
    }
  }

  /** History tells every event after the compaction again. */
  private static void assertHistory(List<Event> events, MvccStore store) {
    try (StoreView view = store.view()) {
      long from = Math.max(1, view.state().compactRevision() + 1);
      List<Event> told = new ArrayList<>();
      assertThat(view.changesFrom(from, change -> told.add(change.event(false)))).isTrue();
      assertThat(told)
          .isEqualTo(
              events.stream()
                  .filter(event -> event.getKv().getModRevision() >= from)
                  .map(event -> event.toBuilder().clearPrevKv().build())
                  .toList());
      assertThat(told).isNotEmpty();
    }
  }

  private static RangeResponse inPieces(StoreView view, RangeRequest request) {
    RangeResponse.Builder whole = RangeResponse.newBuilder();
    try (RangeChunks pieces = new RangeChunks(view, request, 1 + request.getKey().size() * 20)) {
      while (pieces.hasNext()) {
        whole.mergeFrom(pieces.next());
      }
    }
    return whole.build();
  }
}
