package kontiki.kvstore.mvcc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeRequest.SortOrder;
import kontiki.kvstore.api.pb.RangeRequest.SortTarget;
import kontiki.kvstore.api.pb.RangeResponse;

/** Range with etcd's exact meaning of limit, count, filters and order. Pure. */
final class Ranges {
  private Ranges() {}

  /**
   * Everything but the header.
   *
   * @param view what is read; may hold changes that are not in {@code state} yet
   * @param maxBytes of the versions that are held at a time
   * @throws RefusedException the revision is compacted, or of the future
   * @throws AnswerTooLargeException more must be held
   */
  static RangeResponse.Builder range(
      EngineView view, StoreState state, RangeRequest request, long maxBytes) {
    checkRevision(state, request.getRevision());
    long at = request.getRevision() <= 0 ? VersionScan.HEAD : request.getRevision();
    if (at == state.revision() && !(view instanceof Overlay)) {
      at = VersionScan.HEAD;
    }
    KeyRange range = new KeyRange(request.getKey(), request.getRangeEnd());
    if (range.isSingle() && at == VersionScan.HEAD) {
      return single(view, request);
    }
    RangeResponse.Builder response = RangeResponse.newBuilder();
    if (range.isEmpty()) {
      return response;
    }
    return scan(view, range, at, request, maxBytes, response);
  }

  /** Refuses a revision that cannot be read; 0 and less mean now. */
  static void checkRevision(StoreState state, long revision) {
    if (revision > state.revision()) {
      throw new RefusedException(EtcdError.FUTURE_REV);
    }
    if (revision > 0 && revision < state.compactRevision()) {
      throw new RefusedException(EtcdError.COMPACTED);
    }
  }

  private static RangeResponse.Builder single(EngineView view, RangeRequest request) {
    RangeResponse.Builder response = RangeResponse.newBuilder();
    StoredVersion version = VersionScan.latest(view, request.getKey());
    if (version == null) {
      return response;
    }
    response.setCount(1);
    if (!request.getCountOnly() && passes(version, request)) {
      response.addKvs(version.keyValue(request.getKeysOnly()));
    }
    return response;
  }

  private static RangeResponse.Builder scan(
      EngineView view,
      KeyRange range,
      long at,
      RangeRequest request,
      long maxBytes,
      RangeResponse.Builder response) {
    // As etcd does: a limit ends the reading only where no order or filter needs every key; one
    // key more than the limit is read, because it shows that there is more.
    boolean needsAll = request.getSortOrder() != SortOrder.NONE || filters(request);
    long limit = request.getLimit();
    long readLimit = limit <= 0 || needsAll ? Long.MAX_VALUE : limit + 1;
    List<StoredVersion> versions = new ArrayList<>();
    long count = 0;
    long read = 0;
    long bytes = 0;
    boolean valueless = request.getKeysOnly() && request.getSortTarget() != SortTarget.VALUE;
    try (VersionScan scan = VersionScan.open(view, range, at)) {
      while (scan.next()) {
        count++;
        if (!request.getCountOnly() && read < readLimit) {
          read++;
          StoredVersion version = scan.version();
          if (passes(version, request)) {
            version = valueless ? version.withoutValue() : version;
            versions.add(version);
            bytes += version.bytes().length;
            if (bytes > maxBytes) {
              throw new AnswerTooLargeException(maxBytes);
            }
          }
        }
      }
    }
    Stream<StoredVersion> ordered = order(versions, request);
    boolean more = limit > 0 && versions.size() > limit;
    List<KeyValue> kvs =
        (more ? ordered.limit(limit) : ordered)
            .map(version -> version.keyValue(request.getKeysOnly()))
            .toList();
    return response.setCount(count).setMore(more).addAllKvs(kvs);
  }

  private static Stream<StoredVersion> order(List<StoredVersion> versions, RangeRequest request) {
    SortOrder order = request.getSortOrder();
    SortTarget target = request.getSortTarget();
    if (order == SortOrder.NONE && target != SortTarget.KEY) {
      order = SortOrder.ASCEND;
    }
    boolean asRead = order == SortOrder.NONE || order == SortOrder.UNRECOGNIZED;
    if (asRead || (order == SortOrder.ASCEND && target == SortTarget.KEY)) {
      return versions.stream();
    }
    Comparator<StoredVersion> ascending =
        switch (target) {
          case KEY -> (a, b) -> KeyRange.compare(a.key(), b.key());
          case VERSION -> Comparator.comparingLong(StoredVersion::version);
          case CREATE -> Comparator.comparingLong(StoredVersion::createRevision);
          case MOD -> Comparator.comparingLong(version -> version.revision().main());
          case VALUE -> (a, b) -> KeyRange.compare(a.value(), b.value());
          case UNRECOGNIZED -> Comparator.comparingLong(_ -> 0);
        };
    return versions.stream().sorted(order == SortOrder.DESCEND ? ascending.reversed() : ascending);
  }

  private static boolean filters(RangeRequest request) {
    return request.getMinModRevision() != 0
        || request.getMaxModRevision() != 0
        || request.getMinCreateRevision() != 0
        || request.getMaxCreateRevision() != 0;
  }

  private static boolean passes(StoredVersion version, RangeRequest request) {
    long mod = version.revision().main();
    long create = version.createRevision();
    return within(mod, request.getMinModRevision(), request.getMaxModRevision())
        && within(create, request.getMinCreateRevision(), request.getMaxCreateRevision());
  }

  private static boolean within(long revision, long min, long max) {
    return (min == 0 || revision >= min) && (max == 0 || revision <= max);
  }
}
