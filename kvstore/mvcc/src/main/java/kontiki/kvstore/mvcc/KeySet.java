package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import kontiki.kvstore.api.KeyRange;

/** The union of ranges of keys. Immutable. */
final class KeySet {
  static final KeySet NONE = new KeySet(List.of());

  /** The end of what has no end; no key is empty, so it stands for nothing else. */
  private static final ByteString OPEN = ByteString.EMPTY;

  /** From {@code begin} up to, without, {@code end}. */
  private record Span(ByteString begin, ByteString end) {
    static Span of(KeyRange range) {
      if (range.isSingle()) {
        return new Span(range.key(), range.key().concat(KeyRange.ZERO));
      }
      return new Span(range.key(), range.isUnbounded() ? OPEN : range.end());
    }
  }

  /** By begin; no two of them touch. */
  private final List<Span> spans;

  private KeySet(List<Span> spans) {
    this.spans = spans;
  }

  static KeySet of(List<KeyRange> ranges) {
    List<Span> sorted =
        ranges.stream()
            .filter(range -> !range.isEmpty())
            .map(Span::of)
            .sorted(Comparator.comparing(Span::begin, KeyRange::compare))
            .toList();
    List<Span> merged = new ArrayList<>();
    for (Span span : sorted) {
      Span last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && compareEnds(span.begin, last.end) <= 0) {
        merged.set(
            merged.size() - 1,
            compareEnds(last.end, span.end) >= 0 ? last : new Span(last.begin, span.end));
      } else {
        merged.add(span);
      }
    }
    return merged.isEmpty() ? NONE : new KeySet(List.copyOf(merged));
  }

  /**
   * True where every key of the range is in the set; a range that ends before it begins has one.
   */
  boolean covers(KeyRange range) {
    Span wanted = Span.of(range);
    int found =
        Collections.binarySearch(
            spans, wanted, Comparator.comparing(Span::begin, KeyRange::compare));
    int at = found >= 0 ? found : -found - 2;
    if (at < 0) {
      return false;
    }
    Span span = spans.get(at);
    return compareEnds(wanted.begin, span.end) < 0
        && compareEnds(span.begin, wanted.end) < 0
        && compareEnds(wanted.end, span.end) <= 0;
  }

  /** Ends by how far they reach; a begin is compared as the end of what comes before it. */
  private static int compareEnds(ByteString a, ByteString b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Boolean.compare(a.isEmpty(), b.isEmpty());
    }
    return KeyRange.compare(a, b);
  }
}
