package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.KeyValue;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RangeResponse;

/**
 * The answer to one range in pieces of bounded size: put together they are what {@link
 * StoreView#range} answers. Only the last piece has header, count and {@code more}, as in etcd.
 * Holds the view, so neither a write nor a compaction is seen; closing gives it back. Used by one
 * thread at a time.
 */
public final class RangeChunks implements AutoCloseable {
  private final StoreView view;
  private final RangeRequest request;
  private final int chunkBytes;
  private final VersionScan scan;
  private final long limit;
  private long read;
  private boolean ended;

  /**
   * @param view is this object's from now on
   * @param request without order and revision filters
   * @param chunkBytes after which a piece ends; one key-value may be larger
   * @throws RefusedException the revision is compacted, or of the future
   */
  public RangeChunks(StoreView view, RangeRequest request, int chunkBytes) {
    this.view = view;
    this.request = request;
    this.chunkBytes = chunkBytes;
    this.limit =
        request.getCountOnly() ? 0 : request.getLimit() <= 0 ? Long.MAX_VALUE : request.getLimit();
    try {
      StoreState state = view.state();
      Ranges.checkRevision(state, request.getRevision());
      long at = request.getRevision();
      KeyRange range = new KeyRange(request.getKey(), request.getRangeEnd());
      this.scan =
          VersionScan.open(
              view.engine(),
              range.isEmpty() ? KeyRange.single(ByteString.EMPTY) : range,
              at <= 0 || at == state.revision() ? VersionScan.HEAD : at);
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
  }

  public boolean hasNext() {
    return !ended;
  }

  /** The next piece; call only while {@link #hasNext}. */
  public RangeResponse next() {
    RangeResponse.Builder piece = RangeResponse.newBuilder();
    long bytes = 0;
    while (read < limit && bytes < chunkBytes) {
      if (!scan.next()) {
        return last(piece, read);
      }
      read++;
      KeyValue kv = scan.version().keyValue(request.getKeysOnly());
      bytes += kv.getSerializedSize();
      piece.addKvs(kv);
    }
    if (read < limit) {
      return piece.build();
    }
    long count = read;
    while (scan.next()) {
      count++;
    }
    return last(piece, count);
  }

  private RangeResponse last(RangeResponse.Builder piece, long count) {
    ended = true;
    return piece
        .setHeader(view.header())
        .setCount(count)
        .setMore(!request.getCountOnly() && count > read)
        .build();
  }

  @Override
  public void close() {
    ended = true;
    scan.close();
    view.close();
  }
}
