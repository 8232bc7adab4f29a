package kontiki.kvstore.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kontiki.kvstore.api.KeyRange;
import org.junit.jupiter.api.Test;

/** Against asking every range about every key of a small world. */
class KeySetTest {
  private static final int ROUNDS = 20_000;
  private static final long SEED = 7;

  /** Keys of one and two letters of four, in order; a point in the set may have a successor. */
  private static final List<ByteString> WORLD = world();

  private final Random random = new Random(SEED);

  @Test
  void coversARangeWhereEachOfItsKeysIsInSomeRange() {
    int covered = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<KeyRange> ranges = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        ranges.add(range());
      }
      KeyRange wanted = range();
      if (wanted.isEmpty()) {
        continue;
      }
      boolean expected =
          WORLD.stream()
              .filter(wanted::contains)
              .allMatch(key -> ranges.stream().anyMatch(range -> range.contains(key)));
      assertThat(KeySet.of(ranges).covers(wanted))
          .as("%s in %s", wanted, ranges)
          .isEqualTo(expected);
      covered += expected ? 1 : 0;
    }
    assertThat(covered).isBetween(ROUNDS / 20, ROUNDS * 19 / 20);
  }

  @Test
  void rangesThatTouchAreOne() {
    KeySet set =
        KeySet.of(List.of(range("c", "e"), range("a", "c"), KeyRange.single("e"), range("x", "")));
    assertThat(set.covers(range("a", "e"))).isTrue();
    assertThat(set.covers(new KeyRange(key("a"), key("e\0")))).isTrue();
    assertThat(set.covers(range("a", "f"))).isFalse();
    assertThat(set.covers(KeyRange.single("x"))).isTrue();
    assertThat(set.covers(KeyRange.single("x1"))).isFalse();
  }

  @Test
  void onlyWhatHasNoEndCoversWhatHasNone() {
    assertThat(KeySet.of(List.of(range("a", "z"))).covers(KeyRange.from(key("b")))).isFalse();
    assertThat(KeySet.of(List.of(KeyRange.from(key("a")))).covers(KeyRange.from(key("b"))))
        .isTrue();
    assertThat(KeySet.of(List.of(KeyRange.all())).covers(KeyRange.all())).isTrue();
    assertThat(KeySet.of(List.of(KeyRange.prefix(key("p")))).covers(KeyRange.prefix("p/q")))
        .isTrue();
    assertThat(KeySet.NONE.covers(KeyRange.single("a"))).isFalse();
    // A permission on nothing is none.
    assertThat(KeySet.of(List.of(range("b", "a"))).covers(KeyRange.single("b"))).isFalse();
  }

  private KeyRange range() {
    ByteString key = ends().get(random.nextInt(ends().size()));
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.single(key);
      case 1 -> KeyRange.from(key);
      default -> new KeyRange(key, ends().get(random.nextInt(ends().size())));
    };
  }

  /** Keys of which WORLD has every neighbour, so that a gap shows. */
  private static List<ByteString> ends() {
    return List.of(key("a"), key("ab"), key("b"), key("ba"), key("bb"), key("c"), key("ca"));
  }

  private static List<ByteString> world() {
    List<ByteString> keys = new ArrayList<>();
    for (ByteString end : ends()) {
      keys.add(end);
      keys.add(end.concat(KeyRange.ZERO));
      keys.add(end.concat(key("zz")));
    }
    keys.add(key("zzz"));
    return keys;
  }

  private static KeyRange range(String key, String end) {
    return new KeyRange(key(key), key(end));
  }

  private static ByteString key(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
